package offhook.config;

import java.util.List;

/// The whole of `gateway.yaml`, checked. Constructors below take the smallest record they need,
/// never this one.
public record GatewayConfig(
        NodeConfig node,
        SipConfig sip,
        List<TrunkConfig> trunks,
        List<RouteConfig> routes,
        List<QueueConfig> queues,
        AgentsConfig agents,
        WebConfig web,
        MediaConfig media,
        OpsConfig ops,
        LimitsConfig limits,
        NumbersConfig numbers) {}
