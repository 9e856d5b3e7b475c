package offhook.sip;

import java.util.List;
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
public record SipSettings(
        NodeConfig node, SipConfig sip, List<TrunkConfig> trunks, LimitsConfig limits) {}
