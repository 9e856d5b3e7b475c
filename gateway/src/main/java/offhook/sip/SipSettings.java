package offhook.sip;

import java.util.List;
import java.util.Set;
import offhook.config.LimitsConfig;
import offhook.config.NodeConfig;
import offhook.config.SipConfig;
import offhook.config.TrunkConfig;

/// What of the configuration concerns trunks.
///
/// @param node this machine
/// @param sip where SIP is served
/// @param trunks who may call, the only ones that are ever answered
/// @param limits how much each of them may send
/// @param emergency numbers that no limit holds back
public record SipSettings(
        NodeConfig node,
        SipConfig sip,
        List<TrunkConfig> trunks,
        LimitsConfig limits,
        Set<String> emergency) {

    /// Without emergency numbers.
    public SipSettings(
            NodeConfig node, SipConfig sip, List<TrunkConfig> trunks, LimitsConfig limits) {
        this(node, sip, trunks, limits, Set.of());
    }
}
