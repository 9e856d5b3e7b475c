package offhook.sip;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Optional;

/// What is needed to end a dialog whose process is gone (RFC 3261 §12.2.1.1, §15.1.1): as text, for
/// whoever keeps it meanwhile.
///
/// @param trunk its name
/// @param transport `udp`, `tcp` or `tls`
/// @param local our URI
/// @param remote the peer's URI
/// @param target where the peer is reached: its Contact
/// @param routes the route set, in the order of our requests
/// @param number of our last request, or somewhat before it
/// @param host where the INVITE came from, or went to
/// @param port where that takes requests: of a connection that it made, not the port that it made
///   it from, which went with it
record LeftDialog(
        String trunk,
        String transport,
        String callId,
        String local,
        String localTag,
        String remote,
        String remoteTag,
        String target,
        List<String> routes,
        long number,
        String host,
        int port) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /// The same when its last request had this number.
    LeftDialog after(long last) {
        return new LeftDialog(
                trunk, transport, callId, local, localTag, remote, remoteTag, target, routes, last,
                host, port);
    }

    String text() {
        try {
            return MAPPER.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a dialog that cannot be written", e);
        }
    }

    /// Empty where the text is none of ours, such as that of another version.
    static Optional<LeftDialog> parse(String text) {
        try {
            return Optional.of(MAPPER.readValue(text, LeftDialog.class));
        } catch (JsonProcessingException _) {
            return Optional.empty();
        }
    }
}
