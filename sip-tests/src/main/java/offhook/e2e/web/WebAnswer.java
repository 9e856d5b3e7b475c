package offhook.e2e.web;

/// What a web peer takes from the gateway's answer.
///
/// @param payloadType the first of the audio section
/// @param codec its name
public record WebAnswer(
        String address,
        int port,
        String ufrag,
        String password,
        String fingerprint,
        String setup,
        int payloadType,
        String codec) {

    static WebAnswer of(String sdp) {
        String candidate = value(sdp, "a=candidate:");
        String[] fields = candidate.split(" ", -1);
        String payloadType = value(sdp, "m=audio ").split(" ", -1)[2];
        String map = value(sdp, "a=rtpmap:" + payloadType + " ");
        return new WebAnswer(
                fields[4],
                Integer.parseInt(fields[5]),
                value(sdp, "a=ice-ufrag:"),
                value(sdp, "a=ice-pwd:"),
                value(sdp, "a=fingerprint:"),
                value(sdp, "a=setup:"),
                Integer.parseInt(payloadType),
                map.substring(0, map.indexOf('/')));
    }

    private static String value(String sdp, String prefix) {
        return sdp.lines()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + prefix + " in: " + sdp));
    }
}
