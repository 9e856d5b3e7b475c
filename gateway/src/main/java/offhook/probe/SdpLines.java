package offhook.probe;

import java.util.Optional;

/// Single lines of a session description.
final class SdpLines {

    private SdpLines() {}

    /// What follows a prefix, the first time.
    static Optional<String> value(String sdp, String prefix) {
        return sdp.lines()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()).strip())
                .findFirst();
    }
}
