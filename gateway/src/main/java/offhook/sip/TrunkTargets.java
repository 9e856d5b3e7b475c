package offhook.sip;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import offhook.config.TrunkConfig;

/// Where one trunk takes requests, in the order to try. Blocks while names are looked up.
final class TrunkTargets {

    private final TrunkConfig trunk;

    TrunkTargets(TrunkConfig trunk) {
        this.trunk = trunk;
    }

    /// The targets of calls.
    ///
    /// @throws IOException when none can be found, saying why
    List<TrunkTarget> ofCalls() throws IOException {
        TrunkUri uri =
                TrunkUri.parse(
                        trunk.uri()
                                .orElseThrow(() ->
                                        new IOException("trunk " + trunk.name() + " has no uri")));
        TrunkUri next = trunk.outboundProxy().map(TrunkUri::parse).orElse(uri);
        List<TrunkTarget> targets = new ArrayList<>();
        for (InetAddress address : InetAddress.getAllByName(next.host())) {
            targets.add(new TrunkTarget(uri, address, next.portOrDefault(), next.transport()));
        }
        return targets;
    }
}
