#include "CAPIPages.h"

static const unsigned char index_html[] = {
#embed "dashboard/index.html"
};
static const unsigned char dashboard_css[] = {
#embed "dashboard/dashboard.css"
};
static const unsigned char dashboard_js[] = {
#embed "dashboard/dashboard.js"
};
static const unsigned char api_js[] = {
#embed "dashboard/api.js"
};
static const unsigned char dom_js[] = {
#embed "dashboard/dom.js"
};
static const unsigned char events_js[] = {
#embed "dashboard/events.js"
};
static const unsigned char guests_js[] = {
#embed "dashboard/guests.js"
};
static const unsigned char list_js[] = {
#embed "dashboard/list.js"
};
static const unsigned char pipeline_js[] = {
#embed "dashboard/pipeline.js"
};
static const unsigned char timeline_js[] = {
#embed "dashboard/timeline.js"
};

#define PAGE(path, type, bytes) {path, type, bytes, sizeof(bytes)}
#define SCRIPT "text/javascript; charset=utf-8"

static const struct guestwatch_page pages[] = {
    PAGE("/", "text/html; charset=utf-8", index_html),
    PAGE("/dashboard.css", "text/css; charset=utf-8", dashboard_css),
    PAGE("/dashboard.js", SCRIPT, dashboard_js),
    PAGE("/api.js", SCRIPT, api_js),
    PAGE("/dom.js", SCRIPT, dom_js),
    PAGE("/events.js", SCRIPT, events_js),
    PAGE("/guests.js", SCRIPT, guests_js),
    PAGE("/list.js", SCRIPT, list_js),
    PAGE("/pipeline.js", SCRIPT, pipeline_js),
    PAGE("/timeline.js", SCRIPT, timeline_js),
};

const struct guestwatch_page *guestwatch_dashboard(size_t index) {
    return index < sizeof(pages) / sizeof(pages[0]) ? &pages[index] : NULL;
}
