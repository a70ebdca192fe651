#define _GNU_SOURCE
#include "raw.h"

#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_tcp_socket.h>
#include <hiredis/hiredis.h>
#include <librdkafka/rdkafka.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <nats/nats.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WAIT_MILLISECONDS = 30000, IN_FLIGHT = 1000 };

// MARK: NATS

struct nats {
    gw_raw raw;
    natsConnection *connection;
    jsCtx *jetStream;
};

static int nats_deliver(gw_raw *raw, const gw_raw_event *events, int count) {
    struct nats *nats = (struct nats *)raw;
    for (int index = 0; index < count; index++) {
        natsMsg *message = NULL;
        jsPubOptions options;
        jsPubOptions_Init(&options);
        options.MsgId = events[index].id;
        options.ExpectStream = "GUESTWATCH";
        natsStatus status =
            natsMsg_Create(&message, events[index].key, NULL, events[index].body, (int)events[index].length);
        if (status == NATS_OK) status = natsMsgHeader_Set(message, "Guestwatch-Writer", events[index].time);
        if (status == NATS_OK) status = js_PublishMsgAsync(nats->jetStream, &message, &options);
        natsMsg_Destroy(message);
        if (status != NATS_OK) return (int)status;
    }
    jsPubOptions options;
    jsPubOptions_Init(&options);
    options.MaxWait = WAIT_MILLISECONDS;
    natsStatus status = js_PublishAsyncComplete(nats->jetStream, &options);
    natsMsgList pending;
    if (js_PublishAsyncGetPendingList(&pending, nats->jetStream) == NATS_OK && pending.Count > 0) return -1;
    return (int)status;
}

static void nats_close_raw(gw_raw *raw) {
    struct nats *nats = (struct nats *)raw;
    jsCtx_Destroy(nats->jetStream);
    natsConnection_Destroy(nats->connection);
    free(nats);
}

gw_raw *gw_raw_nats(const char *url) {
    struct nats *nats = calloc(1, sizeof *nats);
    nats->raw = (gw_raw){nats_deliver, nats_close_raw};
    if (natsConnection_ConnectTo(&nats->connection, url) == NATS_OK
        && natsConnection_JetStream(&nats->jetStream, nats->connection, NULL) == NATS_OK)
        return &nats->raw;
    nats_close_raw(&nats->raw);
    return NULL;
}

// MARK: Kafka

struct kafka {
    gw_raw raw;
    rd_kafka_t *producer;
    const char *topic;
    int failures;
};

static void kafka_report(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque) {
    (void)producer;
    if (message->err != 0) ((struct kafka *)opaque)->failures++;
}

static int kafka_deliver(gw_raw *raw, const gw_raw_event *events, int count) {
    struct kafka *kafka = (struct kafka *)raw;
    for (int index = 0; index < count; index++) {
        const gw_raw_event *event = &events[index];
        rd_kafka_resp_err_t error = rd_kafka_producev(
            kafka->producer, RD_KAFKA_V_TOPIC(kafka->topic), RD_KAFKA_V_KEY(event->key, strlen(event->key)),
            RD_KAFKA_V_VALUE((void *)event->body, event->length),
            RD_KAFKA_V_HEADER("content-type", "application/cloudevents+json; charset=UTF-8", -1),
            RD_KAFKA_V_HEADER("ce_id", event->id, -1), RD_KAFKA_V_HEADER("ce_source", "vsphere://measured", -1),
            RD_KAFKA_V_HEADER("ce_type", "guestwatch.vm.powered-on", -1), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
            RD_KAFKA_V_END);
        if (error != 0) return (int)error;
    }
    rd_kafka_resp_err_t error = rd_kafka_flush(kafka->producer, WAIT_MILLISECONDS);
    return error != 0 ? (int)error : kafka->failures;
}

static void kafka_close(gw_raw *raw) {
    struct kafka *kafka = (struct kafka *)raw;
    if (kafka->producer != NULL) rd_kafka_destroy(kafka->producer);
    free(kafka);
}

gw_raw *gw_raw_kafka(const char *brokers, const char *topic) {
    struct kafka *kafka = calloc(1, sizeof *kafka);
    kafka->raw = (gw_raw){kafka_deliver, kafka_close};
    kafka->topic = strdup(topic);
    rd_kafka_conf_t *settings = rd_kafka_conf_new();
    char text[512];
    rd_kafka_conf_set(settings, "bootstrap.servers", brokers, text, sizeof text);
    rd_kafka_conf_set(settings, "enable.idempotence", "true", text, sizeof text);
    rd_kafka_conf_set(settings, "acks", "all", text, sizeof text);
    rd_kafka_conf_set_opaque(settings, kafka);
    rd_kafka_conf_set_dr_msg_cb(settings, kafka_report);
    kafka->producer = rd_kafka_new(RD_KAFKA_PRODUCER, settings, text, sizeof text);
    if (kafka->producer != NULL) return &kafka->raw;
    kafka_close(&kafka->raw);
    return NULL;
}

// MARK: Redis

struct redis {
    gw_raw raw;
    redisContext *context;
    char *stream;
};

static int redis_deliver(gw_raw *raw, const gw_raw_event *events, int count) {
    struct redis *redis = (struct redis *)raw;
    for (int index = 0; index < count; index++) {
        const gw_raw_event *event = &events[index];
        const char *words[] = {"XADD", redis->stream, "*", "type", event->key, "event", event->body};
        size_t lengths[] = {4, strlen(redis->stream), 1, 4, strlen(event->key), 5, event->length};
        if (redisAppendCommandArgv(redis->context, 7, words, lengths) != REDIS_OK) return -1;
    }
    for (int index = 0; index < count; index++) {
        void *reply = NULL;
        if (redisGetReply(redis->context, &reply) != REDIS_OK) return -1;
        int is_error = ((redisReply *)reply)->type == REDIS_REPLY_ERROR;
        freeReplyObject(reply);
        if (is_error) return -2;
    }
    return 0;
}

static void redis_close(gw_raw *raw) {
    redisFree(((struct redis *)raw)->context);
    free(raw);
}

gw_raw *gw_raw_redis(int port, const char *stream) {
    struct redis *redis = calloc(1, sizeof *redis);
    *redis = (struct redis){{redis_deliver, redis_close}, redisConnect("127.0.0.1", port), strdup(stream)};
    if (redis->context != NULL && redis->context->err == 0) return &redis->raw;
    redis_close(&redis->raw);
    return NULL;
}

// MARK: RabbitMQ

struct rabbit {
    gw_raw raw;
    amqp_connection_state_t connection;
    char *exchange;
    uint64_t published, confirmed;
};

static amqp_table_entry_t rabbit_header(const char *name, const char *value) {
    return (amqp_table_entry_t){
        amqp_cstring_bytes(name), {.kind = AMQP_FIELD_KIND_UTF8, .value.bytes = amqp_cstring_bytes(value)}};
}

static int rabbit_deliver(gw_raw *raw, const gw_raw_event *events, int count) {
    struct rabbit *rabbit = (struct rabbit *)raw;
    for (int index = 0; index < count; index++) {
        const gw_raw_event *event = &events[index];
        amqp_table_entry_t headers[] = {
            rabbit_header("cloudEvents:type", "guestwatch.vm.powered-on"),
            rabbit_header("cloudEvents:source", "vsphere://measured"),
            rabbit_header("cloudEvents:subject", event->key), rabbit_header("cloudEvents:severity", "info"),
            rabbit_header("cloudEvents:sequence", event->time)};
        amqp_basic_properties_t properties = {
            ._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_HEADERS_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG
                | AMQP_BASIC_MESSAGE_ID_FLAG | AMQP_BASIC_APP_ID_FLAG,
            .headers = {sizeof headers / sizeof *headers, headers},
            .content_type = amqp_cstring_bytes("application/cloudevents+json"),
            .delivery_mode = 2,
            .message_id = amqp_cstring_bytes(event->id),
            .app_id = amqp_cstring_bytes("guestwatch"),
        };
        int status = amqp_basic_publish(
            rabbit->connection, 1, amqp_cstring_bytes(rabbit->exchange), amqp_cstring_bytes(event->key), 1, 0, &properties,
            (amqp_bytes_t){event->length, (void *)event->body});
        if (status != 0) return status;
        rabbit->published++;
    }
    while (rabbit->confirmed < rabbit->published) {
        amqp_frame_t frame;
        amqp_maybe_release_buffers(rabbit->connection);
        int status = amqp_simple_wait_frame(rabbit->connection, &frame);
        if (status != 0) return status;
        if (frame.frame_type != AMQP_FRAME_METHOD || frame.payload.method.id != AMQP_BASIC_ACK_METHOD) return -1;
        amqp_basic_ack_t *ack = frame.payload.method.decoded;
        // Only the count matters here: single confirmations may come in any order.
        if (ack->multiple) rabbit->confirmed = ack->delivery_tag; else rabbit->confirmed++;
    }
    return 0;
}

static void rabbit_close(gw_raw *raw) {
    amqp_destroy_connection(((struct rabbit *)raw)->connection);
    free(raw);
}

gw_raw *gw_raw_rabbitmq(int port, const char *exchange) {
    struct rabbit *rabbit = calloc(1, sizeof *rabbit);
    *rabbit = (struct rabbit){{rabbit_deliver, rabbit_close}, amqp_new_connection(), strdup(exchange), 0, 0};
    amqp_socket_t *socket = amqp_tcp_socket_new(rabbit->connection);
    if (socket != NULL && amqp_socket_open(socket, "127.0.0.1", port) == 0
        && amqp_login(rabbit->connection, "/", 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, "guest", "guest").reply_type
            == AMQP_RESPONSE_NORMAL
        && amqp_channel_open(rabbit->connection, 1) != NULL && amqp_confirm_select(rabbit->connection, 1) != NULL) {
        // A queue for all there is, bounded, so that nothing comes back and the disk does not fill.
        amqp_table_entry_t most = {
            .key = amqp_cstring_bytes("x-max-length"), .value = {.kind = AMQP_FIELD_KIND_I32, .value.i32 = 10000}};
        amqp_table_t arguments = {1, &most};
        amqp_bytes_t queue = amqp_cstring_bytes("measured"), to = amqp_cstring_bytes(exchange);
        amqp_exchange_declare(
            rabbit->connection, 1, to, amqp_cstring_bytes("topic"), 0, 1, 0, 0, amqp_empty_table);
        amqp_queue_declare(rabbit->connection, 1, queue, 0, 1, 0, 0, arguments);
        if (amqp_queue_bind(rabbit->connection, 1, queue, to, amqp_cstring_bytes("#"), amqp_empty_table) != NULL)
            return &rabbit->raw;
    }
    rabbit_close(&rabbit->raw);
    return NULL;
}

// MARK: MQTT

struct mqtt {
    gw_raw raw;
    struct mosquitto *client;
    int greeted, awaited, failures;
};

static void mqtt_greeted(struct mosquitto *client, void *opaque, int reason) {
    (void)client;
    ((struct mqtt *)opaque)->greeted = reason == 0 ? 1 : -1;
}

static void mqtt_acknowledged(
    struct mosquitto *client, void *opaque, int number, int reason, const mosquitto_property *properties) {
    (void)client, (void)number, (void)properties;
    ((struct mqtt *)opaque)->awaited--;
    if (reason >= 0x80) ((struct mqtt *)opaque)->failures++;
}

static int mqtt_deliver(gw_raw *raw, const gw_raw_event *events, int count) {
    struct mqtt *mqtt = (struct mqtt *)raw;
    for (int index = 0; index < count; index++) {
        mosquitto_property *properties = NULL;
        mosquitto_property_add_string(
            &properties, MQTT_PROP_CONTENT_TYPE, "application/cloudevents+json; charset=utf-8");
        int status = mosquitto_publish_v5(
            mqtt->client, NULL, events[index].key, (int)events[index].length, events[index].body, 1, false, properties);
        mosquitto_property_free_all(&properties);
        if (status != 0) return status;
        mqtt->awaited++;
    }
    while (mqtt->awaited > 0) {
        int status = mosquitto_loop(mqtt->client, 100, 1);
        if (status != 0) return status;
    }
    return mqtt->failures;
}

static void mqtt_close(gw_raw *raw) {
    mosquitto_destroy(((struct mqtt *)raw)->client);
    free(raw);
}

gw_raw *gw_raw_mqtt(int port) {
    mosquitto_lib_init();
    struct mqtt *mqtt = calloc(1, sizeof *mqtt);
    *mqtt = (struct mqtt){{mqtt_deliver, mqtt_close}, mosquitto_new("raw", true, mqtt), 0, 0, 0};
    mosquitto_int_option(mqtt->client, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
    mosquitto_int_option(mqtt->client, MOSQ_OPT_SEND_MAXIMUM, IN_FLIGHT);
    mosquitto_connect_callback_set(mqtt->client, mqtt_greeted);
    mosquitto_publish_v5_callback_set(mqtt->client, mqtt_acknowledged);
    if (mosquitto_connect(mqtt->client, "127.0.0.1", port, 60) == 0)
        while (mqtt->greeted == 0 && mosquitto_loop(mqtt->client, 100, 1) == 0) {}
    if (mqtt->greeted == 1) return &mqtt->raw;
    mqtt_close(&mqtt->raw);
    return NULL;
}
