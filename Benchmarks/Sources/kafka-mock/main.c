// librdkafka's own mock of a cluster in a process of its own: says "brokers LIST" and ends with its input.
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
    char text[512], byte;
    rd_kafka_conf_t *settings = rd_kafka_conf_new();
    rd_kafka_conf_set(settings, "test.mock.num.brokers", "3", text, sizeof text);
    rd_kafka_conf_set(settings, "log_level", "0", text, sizeof text);
    rd_kafka_t *handle = rd_kafka_new(RD_KAFKA_PRODUCER, settings, text, sizeof text);
    if (handle == NULL) return 1;
    rd_kafka_mock_cluster_t *cluster = rd_kafka_handle_mock_cluster(handle);
    rd_kafka_mock_topic_create(cluster, "guestwatch", 4, 1);
    printf("brokers %s\n", rd_kafka_mock_cluster_bootstraps(cluster));
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0) {}
    return 0;
}
