package offhook.config;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Reads the top level of the file, in an order in which each name is known before it is used.
final class GatewayReader {

    private GatewayReader() {}

    static GatewayConfig read(Section top) {
        PortPlan plan = new PortPlan();
        Names trunkNames = new Names("trunk");
        Names agentNames = new Names("agent");
        Names queueNames = new Names("queue");
        Preferences preferences = new Preferences();
        TrunkReader trunkReader = new TrunkReader(trunkNames, preferences);
        QueueReader queueReader = new QueueReader(queueNames, agentNames);

        NodeConfig node = NodeReader.read(top.section("node"));
        SipConfig sip = SipReader.read(top.section("sip"), plan);
        List<TrunkConfig> trunks = top.sections("trunks").stream().map(trunkReader::read).toList();
        TrunkTlsReader.check(top, sip, trunks);
        AgentsConfig agents = AgentsReader.read(top.section("agents"), agentNames);
        List<QueueConfig> lines = top.sections("queues").stream().map(queueReader::read).toList();
        LimitsConfig limits = LimitsReader.read(top.section("limits"));
        SipReader.warn(top.section("sip"), sip.rtpPorts(), trunks, limits);
        RouteReader routeReader =
                new RouteReader(
                        trunkNames, agentNames, queueNames, dialled(trunks), limits, preferences);
        List<QueueConfig> queues = queueReader.overflowing(lines, routeReader::destination);
        List<RouteConfig> routes = top.sections("routes").stream().map(routeReader::read).toList();
        WebConfig web =
                WebReader.read(top.section("web"), plan, new GuestsReader(routeReader, limits));
        MediaConfig media = MediaReader.read(top.section("media"), plan);
        preferences.check(media.browserCodecs());
        Section opsSection = top.section("ops");
        OpsConfig ops = OpsReader.read(opsSection, plan);
        ProbeReader.check(opsSection, ops, sip);
        Section numbersSection = top.section("numbers");
        NumbersConfig numbers = NumbersReader.read(numbersSection);
        NumbersReader.warn(numbers, routes, numbersSection);
        top.done();
        return new GatewayConfig(
                node, sip, trunks, routes, queues, agents, web, media, ops, limits, numbers);
    }

    private static Set<String> dialled(List<TrunkConfig> trunks) {
        return trunks.stream()
                .filter(trunk -> trunk.uri().isPresent())
                .map(TrunkConfig::name)
                .collect(Collectors.toSet());
    }
}
