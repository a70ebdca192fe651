#pragma once
#include <libxml/xmlversion.h>
// The headers of libicu, which a structure we never touch would bring, clash with those in Swift's Foundation.
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/SAX2.h>
#include <libxml/dict.h>
#include <libxml/xmlerror.h>
