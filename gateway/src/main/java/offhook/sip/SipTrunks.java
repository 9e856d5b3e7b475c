package offhook.sip;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import offhook.config.Cidr;
import offhook.config.TrunkConfig;

/// Which trunk an address belongs to. A trunk without addresses belongs to nobody.
final class SipTrunks {

    private final List<TrunkConfig> trunks;

    SipTrunks(List<TrunkConfig> trunks) {
        this.trunks = List.copyOf(trunks);
    }

    /// The trunk whose most specific block holds the address; of equals the first one. The JDK
    /// itself turns IPv4-mapped IPv6 addresses into IPv4 ones, so both forms meet the same block.
    Optional<TrunkConfig> find(InetAddress source) {
        Optional<TrunkConfig> best = Optional.empty();
        int bestLength = -1;
        for (TrunkConfig trunk : trunks) {
            for (Cidr block : trunk.addresses()) {
                if (block.prefixLength() > bestLength && block.contains(source)) {
                    best = Optional.of(trunk);
                    bestLength = block.prefixLength();
                }
            }
        }
        return best;
    }
}
