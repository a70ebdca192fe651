// vcsim serves govmomi's vCenter simulator on loopback, for the end-to-end tests.
//
// The first line on standard output is the URL of the SDK and the SHA-256 thumbprint of the certificate, with a space between.
// It ends on SIGTERM and when its standard input ends, so that it never outlives the test that started it.
package main

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"

	"github.com/vmware/govmomi/simulator"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "address and port")
	user := flag.String("user", "user", "the one user")
	password := flag.String("password", "pass", "the user's password")
	esx := flag.Bool("esx", false, "a host instead of a vCenter")
	clusters := flag.Int("clusters", 1, "clusters of the vCenter")
	hosts := flag.Int("hosts", 2, "hosts of each cluster")
	machines := flag.Int("machines", 2, "virtual machines of each resource pool")
	idle := flag.Duration("idle", 0, "how long a session may be idle; 0: for ever")
	maxCollector := flag.Int("max-collector", 1000, "how many event collectors there may be")
	verbose := flag.Bool("verbose", false, "let the simulator log")
	flag.Parse()
	if !*verbose {
		log.SetOutput(io.Discard)
	}

	model := simulator.VPX()
	if *esx {
		model = simulator.ESX()
	} else {
		model.Host, model.Cluster, model.ClusterHost = 0, *clusters, *hosts
	}
	model.Machine = *machines
	if err := model.Create(); err != nil {
		fmt.Fprintln(os.Stderr, "vcsim: the model cannot be made:", err)
		os.Exit(1)
	}
	defer model.Remove()

	simulator.SessionIdleTimeout = *idle
	simulator.Map.EventManager().MaxCollector = int32(*maxCollector)
	model.Service.Listen = &url.URL{Host: *listen, User: url.UserPassword(*user, *password)}
	model.Service.TLS = new(tls.Config)
	server := model.Service.NewServer()
	server.Config.Handler = oneAtATime(server.Config.Handler)

	thumbprint := sha256.Sum256(server.Certificate().Raw)
	address := *server.URL // a copy: the service reads the user and the password from it at each login
	address.User = nil
	fmt.Println(address.String(), strings.ReplaceAll(fmt.Sprintf("% X", thumbprint), " ", ":"))

	done := make(chan os.Signal, 1)
	signal.Notify(done, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		done <- syscall.SIGTERM
	}()
	<-done
}

// oneAtATime lets one call run after the other, but those that wait. The simulator locks a collector and then the event manager
// in DestroyCollector, and the other way round when an event is posted: side by side they wait for each other for ever.
func oneAtATime(next http.Handler) http.Handler {
	var mutex sync.Mutex
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if !bytes.Contains(body, []byte("WaitForUpdates")) {
			mutex.Lock()
			defer mutex.Unlock()
		}
		next.ServeHTTP(w, r)
	})
}
