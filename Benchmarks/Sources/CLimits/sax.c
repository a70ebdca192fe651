#include "CLimits.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <string.h>

static void start(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int namespaces,
                  const xmlChar **namespaceList, int attributes, int defaulted, const xmlChar **attributeList) {}
static void end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri) {}
static void text(void *context, const xmlChar *bytes, int length) {}

int gw_limit_sax(const char *bytes, size_t length, size_t piece) {
    xmlSAXHandler handler;
    memset(&handler, 0, sizeof handler);
    handler.initialized = XML_SAX2_MAGIC;
    handler.startElementNs = start;
    handler.endElementNs = end;
    handler.characters = text;
    xmlParserCtxtPtr parser = xmlCreatePushParserCtxt(&handler, NULL, NULL, 0, NULL);
    if (parser == NULL) return XML_ERR_NO_MEMORY;
    xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_HUGE);
    int status = 0;
    for (size_t at = 0; at < length && status == 0; at += piece) {
        size_t count = length - at < piece ? length - at : piece;
        status = xmlParseChunk(parser, bytes + at, (int)count, 0);
    }
    if (status == 0) status = xmlParseChunk(parser, NULL, 0, 1);
    xmlFreeParserCtxt(parser);
    return status;
}
