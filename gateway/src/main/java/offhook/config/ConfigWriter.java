package offhook.config;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.representer.StandardRepresenter;

/// Writes a [GatewayConfig] in the words of `gateway.yaml`, defaults included, in the order of the
/// shipped file, without secrets. What it writes can be loaded, and is then the same configuration,
/// once something stands for `${REMOVED}`; but what a trunk has from a preset it then has by
/// itself.
public final class ConfigWriter {

    private static final DumpSettings SETTINGS =
            DumpSettings.builder()
                    .setDefaultFlowStyle(FlowStyle.BLOCK)
                    .setIndicatorIndent(2)
                    .setIndentWithIndicator(true)
                    .setSplitLines(false)
                    .setWidth(100)
                    .setDereferenceAliases(true)
                    .build();

    private ConfigWriter() {}

    /// The YAML text.
    public static String write(GatewayConfig config) {
        WrittenSection top =
                new WrittenSection()
                        .put("node", node(config.node()))
                        .put("sip", sip(config.sip()))
                        .put("trunks", each(config.trunks(), TrunkWriter::trunk))
                        .put("routes", each(config.routes(), RouteWriter::route))
                        .put("numbers", numbers(config.numbers()))
                        .put("queues", each(config.queues(), RouteWriter::queue))
                        .put("agents", AgentsWriter.agents(config.agents()))
                        .put("web", WebWriter.web(config.web()))
                        .put("media", MediaWriter.media(config.media()))
                        .put("ops", OpsWriter.ops(config.ops()))
                        .put("limits", limits(config.limits()));
        return new Dump(SETTINGS, new ShortLists()).dumpToString(top.plain());
    }

    /// Lists of words and numbers stand in one line.
    private static final class ShortLists extends StandardRepresenter {

        ShortLists() {
            super(SETTINGS);
        }

        @Override
        protected Node representSequence(Tag tag, Iterable<?> items, FlowStyle style) {
            boolean deep =
                    StreamSupport.stream(items.spliterator(), false)
                            .anyMatch(item -> item instanceof Map);
            return super.representSequence(tag, items, deep ? style : FlowStyle.FLOW);
        }
    }

    static <T> List<WrittenSection> each(List<T> items, Function<T, WrittenSection> writer) {
        return items.stream().map(writer).toList();
    }

    private static WrittenSection node(NodeConfig node) {
        return new WrittenSection()
                .put("name", node.name())
                .put("advertise", node.advertise())
                .put("drain-seconds", node.drain());
    }

    private static WrittenSection sip(SipConfig sip) {
        return new WrittenSection()
                .putOneOrList("listen", sip.listen())
                .put(
                        "tls",
                        sip.tls()
                                .map(tls ->
                                        new WrittenSection()
                                                .put("certificate", tls.certificate())
                                                .put("key", tls.key())
                                                .put("ca", tls.ca())))
                .put("rtp-ports", sip.rtpPorts().first() + "-" + sip.rtpPorts().last())
                .putUnlessEmpty("dns", sip.dns());
    }

    private static WrittenSection numbers(NumbersConfig numbers) {
        return new WrittenSection()
                .put("country", numbers.country())
                .putUnlessEmpty("emergency", numbers.emergency())
                .putUnlessEmpty("allow", numbers.allow());
    }

    private static WrittenSection limits(LimitsConfig limits) {
        return new WrittenSection()
                .put("max-calls", limits.maxCalls())
                .put("sip-requests-per-second", limits.sipRequestsPerSecond())
                .put("ring-seconds", limits.ring())
                .put("call-hours", limits.call().toHours());
    }
}
