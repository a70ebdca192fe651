// librabbitmq, and what Swift cannot say to it itself: variadic calls, unions, macros of casts.
#pragma once

#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

/// The channel of everything: one is enough.
enum { GW_AMQP_CHANNEL = 1 };

/// What a broker said, one frame of it.
enum gw_amqp_kind {
    GW_AMQP_NOTHING,
    GW_AMQP_ACK,
    GW_AMQP_NACK,
    /// A message comes back; a GW_AMQP_RETURNED with its sequence follows.
    GW_AMQP_RETURN,
    GW_AMQP_RETURNED,
    GW_AMQP_BLOCKED,
    GW_AMQP_UNBLOCKED,
    /// The channel or the connection was closed: `code` and `text`.
    GW_AMQP_CLOSED,
    GW_AMQP_OTHER,
    /// `status` of the library.
    GW_AMQP_FAILED,
};

typedef struct {
    enum gw_amqp_kind kind;
    /// Of an acknowledgement.
    uint64_t tag;
    bool multiple;
    int code;
    int status;
    /// Of a returned message.
    uint64_t sequence;
    char text[256];
} gw_amqp_answer;

/// The places of a message's parts among its bytes.
enum gw_amqp_part {
    GW_AMQP_EXCHANGE,
    GW_AMQP_KEY,
    GW_AMQP_ID,
    GW_AMQP_TYPE,
    GW_AMQP_SOURCE,
    GW_AMQP_SUBJECT,
    GW_AMQP_SEVERITY,
    GW_AMQP_SEQUENCE,
    GW_AMQP_EXPIRATION,
    GW_AMQP_BODY,
    GW_AMQP_PARTS,
};

/// A message: all of its parts one behind the other, and where each ends.
typedef struct {
    const uint8_t *bytes;
    size_t ends[GW_AMQP_PARTS];
    bool mandatory;
    bool persistent;
} gw_amqp_message;

static inline void gw_amqp_copy(char *text, size_t size, amqp_bytes_t bytes) {
    snprintf(text, size, "%.*s", (int)(bytes.len < size ? bytes.len : size - 1), (const char *)bytes.bytes);
}

static inline void gw_amqp_closed(gw_amqp_answer *answer, amqp_method_t method) {
    answer->kind = GW_AMQP_CLOSED;
    if (method.id == AMQP_CHANNEL_CLOSE_METHOD) {
        amqp_channel_close_t *close = (amqp_channel_close_t *)method.decoded;
        answer->code = close->reply_code;
        gw_amqp_copy(answer->text, sizeof answer->text, close->reply_text);
    } else {
        amqp_connection_close_t *close = (amqp_connection_close_t *)method.decoded;
        answer->code = close->reply_code;
        gw_amqp_copy(answer->text, sizeof answer->text, close->reply_text);
    }
}

/// What a call that waits for its answer came to: GW_AMQP_OTHER when it went well.
static inline void gw_amqp_reply(gw_amqp_answer *answer, amqp_rpc_reply_t reply) {
    memset(answer, 0, sizeof *answer);
    answer->kind = GW_AMQP_OTHER;
    if (reply.reply_type == AMQP_RESPONSE_NORMAL) return;
    if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION) {
        gw_amqp_closed(answer, reply.reply);
        return;
    }
    answer->kind = GW_AMQP_FAILED;
    answer->status = reply.library_error;
}

/// Greets the broker, opens the channel and asks for confirmations.
static inline void gw_amqp_login(
    amqp_connection_state_t state, const char *vhost, int frame_max, int heartbeat, const char *user,
    const char *password, gw_amqp_answer *answer) {
    amqp_table_entry_t capability = {
        .key = amqp_cstring_bytes("connection.blocked"),
        .value = {.kind = AMQP_FIELD_KIND_BOOLEAN, .value = {.boolean = 1}},
    };
    amqp_table_entry_t properties[2] = {
        {.key = amqp_cstring_bytes("product"),
         .value = {.kind = AMQP_FIELD_KIND_UTF8, .value = {.bytes = amqp_cstring_bytes("guestwatch")}}},
        {.key = amqp_cstring_bytes("capabilities"),
         .value = {.kind = AMQP_FIELD_KIND_TABLE, .value = {.table = {.num_entries = 1, .entries = &capability}}}},
    };
    amqp_table_t table = {.num_entries = 2, .entries = properties};
    gw_amqp_reply(
        answer, amqp_login_with_properties(
                    state, vhost, 1, frame_max, heartbeat, &table, AMQP_SASL_METHOD_PLAIN, user, password));
    if (answer->kind != GW_AMQP_OTHER) return;
    amqp_channel_open(state, GW_AMQP_CHANNEL);
    gw_amqp_reply(answer, amqp_get_rpc_reply(state));
    if (answer->kind != GW_AMQP_OTHER) return;
    amqp_confirm_select(state, GW_AMQP_CHANNEL);
    gw_amqp_reply(answer, amqp_get_rpc_reply(state));
}

/// Makes a durable exchange, unless it is there.
static inline void gw_amqp_declare(
    amqp_connection_state_t state, const char *exchange, const char *type, gw_amqp_answer *answer) {
    amqp_exchange_declare(
        state, GW_AMQP_CHANNEL, amqp_cstring_bytes(exchange), amqp_cstring_bytes(type), 0, 1, 0, 0,
        amqp_empty_table);
    gw_amqp_reply(answer, amqp_get_rpc_reply(state));
}

static inline amqp_bytes_t gw_amqp_part(const gw_amqp_message *message, enum gw_amqp_part part) {
    size_t start = part == 0 ? 0 : message->ends[part - 1];
    amqp_bytes_t bytes = {.len = message->ends[part] - start, .bytes = (void *)(message->bytes + start)};
    return bytes;
}

static inline int gw_amqp_add_header(
    amqp_table_entry_t *headers, int count, const char *name, amqp_bytes_t value) {
    if (value.len == 0) return count;
    amqp_table_entry_t entry = {
        .key = amqp_cstring_bytes(name), .value = {.kind = AMQP_FIELD_KIND_UTF8, .value = {.bytes = value}}};
    headers[count] = entry;
    return count + 1;
}

/// Writes a message; a status of the library.
static inline int gw_amqp_publish(amqp_connection_state_t state, const gw_amqp_message *message) {
    amqp_table_entry_t headers[5];
    int count = 0;
    count = gw_amqp_add_header(headers, count, "cloudEvents:type", gw_amqp_part(message, GW_AMQP_TYPE));
    count = gw_amqp_add_header(headers, count, "cloudEvents:source", gw_amqp_part(message, GW_AMQP_SOURCE));
    count = gw_amqp_add_header(headers, count, "cloudEvents:subject", gw_amqp_part(message, GW_AMQP_SUBJECT));
    count = gw_amqp_add_header(headers, count, "cloudEvents:severity", gw_amqp_part(message, GW_AMQP_SEVERITY));
    count = gw_amqp_add_header(headers, count, "cloudEvents:sequence", gw_amqp_part(message, GW_AMQP_SEQUENCE));
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof properties);
    properties._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_HEADERS_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG
        | AMQP_BASIC_MESSAGE_ID_FLAG | AMQP_BASIC_APP_ID_FLAG;
    properties.content_type = amqp_cstring_bytes("application/cloudevents+json");
    properties.headers.num_entries = count;
    properties.headers.entries = headers;
    properties.delivery_mode = message->persistent ? AMQP_DELIVERY_PERSISTENT : AMQP_DELIVERY_NONPERSISTENT;
    properties.message_id = gw_amqp_part(message, GW_AMQP_ID);
    properties.app_id = amqp_cstring_bytes("guestwatch");
    properties.expiration = gw_amqp_part(message, GW_AMQP_EXPIRATION);
    if (properties.expiration.len > 0) properties._flags |= AMQP_BASIC_EXPIRATION_FLAG;
    return amqp_basic_publish(
        state, GW_AMQP_CHANNEL, gw_amqp_part(message, GW_AMQP_EXCHANGE), gw_amqp_part(message, GW_AMQP_KEY),
        message->mandatory, 0, &properties, gw_amqp_part(message, GW_AMQP_BODY));
}

static inline uint64_t gw_amqp_sequence(const amqp_table_t *headers) {
    static const char name[] = "cloudEvents:sequence";
    for (int index = 0; index < headers->num_entries; index++) {
        const amqp_table_entry_t *entry = &headers->entries[index];
        if (entry->key.len != sizeof name - 1 || memcmp(entry->key.bytes, name, sizeof name - 1) != 0) continue;
        if (entry->value.kind != AMQP_FIELD_KIND_UTF8) continue;
        uint64_t value = 0;
        const char *digits = (const char *)entry->value.value.bytes.bytes;
        for (size_t place = 0; place < entry->value.value.bytes.len; place++) value = value * 10 + (digits[place] - '0');
        return value;
    }
    return 0;
}

static inline void gw_amqp_method(amqp_method_t method, gw_amqp_answer *answer) {
    switch (method.id) {
    case AMQP_BASIC_ACK_METHOD:
        answer->kind = GW_AMQP_ACK;
        answer->tag = ((amqp_basic_ack_t *)method.decoded)->delivery_tag;
        answer->multiple = ((amqp_basic_ack_t *)method.decoded)->multiple;
        break;
    case AMQP_BASIC_NACK_METHOD:
        answer->kind = GW_AMQP_NACK;
        answer->tag = ((amqp_basic_nack_t *)method.decoded)->delivery_tag;
        answer->multiple = ((amqp_basic_nack_t *)method.decoded)->multiple;
        break;
    case AMQP_BASIC_RETURN_METHOD:
        answer->kind = GW_AMQP_RETURN;
        answer->code = ((amqp_basic_return_t *)method.decoded)->reply_code;
        gw_amqp_copy(answer->text, sizeof answer->text, ((amqp_basic_return_t *)method.decoded)->reply_text);
        break;
    case AMQP_CONNECTION_BLOCKED_METHOD:
        answer->kind = GW_AMQP_BLOCKED;
        gw_amqp_copy(answer->text, sizeof answer->text, ((amqp_connection_blocked_t *)method.decoded)->reason);
        break;
    case AMQP_CONNECTION_UNBLOCKED_METHOD: answer->kind = GW_AMQP_UNBLOCKED; break;
    case AMQP_CHANNEL_CLOSE_METHOD:
    case AMQP_CONNECTION_CLOSE_METHOD: gw_amqp_closed(answer, method); break;
    default: break;
    }
}

/// The next frame, waited for so long at the most: GW_AMQP_NOTHING when none comes.
static inline void gw_amqp_next(amqp_connection_state_t state, int milliseconds, gw_amqp_answer *answer) {
    memset(answer, 0, sizeof *answer);
    amqp_maybe_release_buffers(state);
    struct timeval limit = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000};
    amqp_frame_t frame;
    int status = amqp_simple_wait_frame_noblock(state, &frame, &limit);
    if (status == AMQP_STATUS_TIMEOUT) return;
    answer->kind = GW_AMQP_OTHER;
    if (status != AMQP_STATUS_OK) {
        answer->kind = GW_AMQP_FAILED;
        answer->status = status;
    } else if (frame.frame_type == AMQP_FRAME_METHOD) {
        gw_amqp_method(frame.payload.method, answer);
    } else if (frame.frame_type == AMQP_FRAME_HEADER) {
        amqp_basic_properties_t *properties = (amqp_basic_properties_t *)frame.payload.properties.decoded;
        answer->kind = GW_AMQP_RETURNED;
        if (properties->_flags & AMQP_BASIC_HEADERS_FLAG) answer->sequence = gw_amqp_sequence(&properties->headers);
    }
}
