package offhook.e2e.ops;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/// A packet of HEP version 3 as `hep-js` reads it.
///
/// @param family 2 is IPv4
/// @param protocol 17 is UDP
/// @param from address of the message's sender
/// @param to address of who it went to
/// @param kind of the payload: 1 is SIP, 5 RTCP as JSON
/// @param agent number of who captured it
/// @param password empty without one
public record HepMessage(
        int family,
        int protocol,
        String from,
        int fromPort,
        String to,
        int toPort,
        Instant at,
        int kind,
        long agent,
        String password,
        String correlation,
        String payload) {

    private static final int MICROS = 1_000_000;

    /// Of the object that the library makes of a packet.
    static HepMessage of(JsonNode decoded) {
        JsonNode info = decoded.path("rcinfo");
        long micros = info.required("timeUseconds").asLong();
        if (micros >= MICROS) {
            throw new IllegalArgumentException(micros + " microseconds");
        }
        return new HepMessage(
                info.required("protocolFamily").asInt(),
                info.required("protocol").asInt(),
                info.required("srcIp").asText(),
                info.required("srcPort").asInt(),
                info.required("dstIp").asText(),
                info.required("dstPort").asInt(),
                Instant.ofEpochSecond(info.required("timeSeconds").asLong(), micros * 1000),
                info.required("payloadType").asInt(),
                info.required("captureId").asLong(),
                info.path("capturePass").asText(),
                info.required("correlation_id").asText(),
                decoded.required("payload").asText());
    }
}
