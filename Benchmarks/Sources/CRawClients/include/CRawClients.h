// What the client libraries themselves cost: each sends bytes that are ready, as its documentation has it, and waits until
// the server has them. Nothing of ours is around it.
#pragma once

#include <stddef.h>

/// What is sent: an event with where it goes and its id, or a whole request. Texts end in a zero byte.
typedef struct {
    const char *key;
    const char *id;
    /// When it happened, for those that keep it beside the event.
    const char *time;
    const char *body;
    size_t length;
} gw_raw_event;

/// A connection of one of the libraries.
typedef struct gw_raw gw_raw;

/// JetStream by libnats: `js_PublishMsgAsync`. The key is the subject.
gw_raw *gw_raw_nats(const char *url);

/// librdkafka, idempotent, acks of all replicas: `rd_kafka_producev`, `rd_kafka_flush`.
gw_raw *gw_raw_kafka(const char *brokers, const char *topic);

/// hiredis: `XADD` one behind the other, then all the answers. The key is the type.
gw_raw *gw_raw_redis(int port, const char *stream);

/// librabbitmq with confirms. The key is the routing key.
gw_raw *gw_raw_rabbitmq(int port, const char *exchange);

/// libmosquitto, MQTT 5, QoS 1, a thousand in flight. The key is the topic.
gw_raw *gw_raw_mqtt(int port);

/// libpq: a transaction of `copy` with the bytes of each event, and `insert`. `prepare` comes first.
gw_raw *gw_raw_postgres(int port, const char *prepare, const char *copy, const char *insert);

/// SQLite: a transaction of `insert` for all events; `prepare` comes first.
gw_raw *gw_raw_sqlite(const char *path, const char *prepare, const char *insert);

/// libcurl: a POST of each body. The key is the URL, the id a header field.
gw_raw *gw_raw_http(void);

/// A socket; done when the other end's system has taken everything.
gw_raw *gw_raw_tcp(int port);

/// A file: `write` and `fdatasync`.
gw_raw *gw_raw_file(const char *path);

/// Sends events and waits until they are safe at the server; 0, or what the library says.
int gw_raw_deliver(gw_raw *raw, const gw_raw_event *events, int count);

/// Ends the connection; NULL is allowed.
void gw_raw_close(gw_raw *raw);
