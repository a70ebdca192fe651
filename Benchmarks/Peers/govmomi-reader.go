// Reads the events of a vCenter from their beginning by govmomi's EventHistoryCollector, 1000 to a page, and stores
// nothing:
//
//	govmomi-reader URL USER PASSWORD
//
// It writes one line when no more come: events, and seconds from the first question to the last answer.
package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"time"

	"github.com/vmware/govmomi/event"
	"github.com/vmware/govmomi/session"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

const page = 1000

// jar sends the session's cookie, which vCenter marks as one for TLS only, without TLS too.
type jar struct{ *cookiejar.Jar }

func (j *jar) SetCookies(address *url.URL, cookies []*http.Cookie) {
	for _, cookie := range cookies {
		cookie.Secure = false
	}
	j.Jar.SetCookies(address, cookies)
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "govmomi-reader:", err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 4 {
		return fmt.Errorf("usage: govmomi-reader URL USER PASSWORD")
	}
	address, err := url.Parse(os.Args[1])
	if err != nil {
		return err
	}
	address.User = url.UserPassword(os.Args[2], os.Args[3])
	ctx := context.Background()
	connection := soap.NewClient(address, true)
	connection.Jar = &jar{Jar: connection.Jar.(*cookiejar.Jar)}
	client, err := vim25.NewClient(ctx, connection)
	if err != nil {
		return err
	}
	sessions := session.NewManager(client)
	if err := sessions.Login(ctx, address.User); err != nil {
		return err
	}
	defer sessions.Logout(ctx)
	collector, err := event.NewManager(client).CreateCollectorForEvents(ctx, types.EventFilterSpec{})
	if err != nil {
		return err
	}
	defer collector.Destroy(ctx)
	if err := collector.SetPageSize(ctx, page); err != nil {
		return err
	}
	if err := collector.Rewind(ctx); err != nil {
		return err
	}
	start, count := time.Now(), 0
	for {
		events, err := collector.ReadNextEvents(ctx, page)
		if err != nil {
			return err
		}
		if len(events) == 0 {
			break
		}
		count += len(events)
	}
	elapsed := time.Since(start)
	fmt.Println(count, elapsed.Seconds())
	return nil
}
