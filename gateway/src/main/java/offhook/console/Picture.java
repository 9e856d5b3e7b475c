package offhook.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import offhook.agent.AgentStatus;
import offhook.agent.Presence;
import offhook.call.CallSnapshot;
import offhook.ops.AgentMXBean;
import offhook.ops.AgentViews;
import offhook.ops.GatewayMXBean;
import offhook.ops.MediaLoopMXBean;
import offhook.ops.MediaLoopView;
import offhook.ops.QueueMXBean;
import offhook.ops.TrunkMXBean;
import offhook.ops.TrunkView;
import offhook.sip.TrunkStatus;

/// The gateway as it is now, in JSON, part by part. Taken once a second however many look, so that
/// many viewers cost little more than one. Any thread.
final class Picture {

    /// More of one kind nobody reads in a table; how many there are is told.
    static final int MOST_ROWS = 500;

    private static final long AGE_NANOS = 900_000_000L;

    private final Sights sights;
    private final CallViews calls;

    /// Exchanged whole by whoever finds it too old; two at once cost one more look.
    private volatile Taken latest;

    /// @param all every part
    record Taken(long atNanos, ObjectNode all, String text) {}

    Picture(Sights sights) {
        this.sights = sights;
        this.calls = new CallViews(sights.quality(), sights.clock(), sights.wallClock());
        this.latest = take();
    }

    /// The whole, at most a second old.
    Taken now() {
        Taken taken = latest;
        if (sights.clock().nanoTime() - taken.atNanos() > AGE_NANOS) {
            taken = take();
            latest = taken;
        }
        return taken;
    }

    /// The next look sees what was done in between.
    void forget() {
        latest = take();
    }

    private Taken take() {
        long atNanos = sights.clock().nanoTime();
        ObjectNode all = Views.JSON.createObjectNode();
        all.put("at", sights.wallClock().instant().truncatedTo(ChronoUnit.MILLIS).toString());
        all.set("gateway", gateway());
        all.set("calls", calls());
        all.set("trunks", trunks());
        all.set("queues", queues());
        all.set("agents", agents());
        all.set("loops", loops());
        all.set("alarms", Views.JSON.valueToTree(sights.gateway().getAlarms()));
        return new Taken(atNanos, all, all.toString());
    }

    private ObjectNode gateway() {
        GatewayMXBean bean = sights.gateway();
        ObjectNode view = Views.JSON.createObjectNode();
        view.put("node", sights.node());
        view.put("version", bean.getVersion());
        view.put("uptime-seconds", bean.getUptimeSeconds());
        view.put("draining", bean.isDraining());
        view.put("calls-active", bean.getCallsActive());
        view.put("calls-total", bean.getCallsTotal());
        view.put("agents-online", bean.getAgentsOnline());
        view.put("sip-certificate-until", bean.getSipCertificateUntil());
        view.setAll(health(bean));
        return view;
    }

    /// The latest first.
    private ObjectNode calls() {
        List<CallSnapshot> living = sights.calls().get();
        ArrayNode list = Views.JSON.createArrayNode();
        long now = sights.clock().nanoTime();
        living.stream()
                .sorted(Comparator.comparingLong(call -> now - call.startedNanos()))
                .limit(MOST_ROWS)
                .map(calls::of)
                .forEach(list::add);
        return rows(living.size(), list);
    }

    private static ObjectNode rows(int total, ArrayNode list) {
        ObjectNode rows = Views.JSON.createObjectNode();
        rows.put("total", total);
        rows.set("list", list);
        return rows;
    }

    private ObjectNode trunks() {
        List<TrunkStatus> trunks = sights.trunks().get();
        ArrayNode list = Views.JSON.createArrayNode();
        trunks.stream()
                .limit(MOST_ROWS)
                .forEach(trunk ->
                        list.add(
                                named(
                                        trunk.name(),
                                        Views.of(TrunkMXBean.class, new TrunkView(trunk)))));
        return rows(trunks.size(), list);
    }

    private ObjectNode queues() {
        ArrayNode list = Views.JSON.createArrayNode();
        for (String name : new TreeSet<>(sights.agents().queueNames())) {
            list.add(
                    named(
                            name,
                            Views.of(
                                    QueueMXBean.class,
                                    AgentViews.queue(sights.agents(), name, sights.clock()))));
        }
        return rows(list.size(), list);
    }

    /// Those who are there first.
    private ObjectNode agents() {
        Map<String, AgentStatus> statuses = sights.agents().statuses();
        ArrayNode list = Views.JSON.createArrayNode();
        statuses.entrySet().stream()
                .sorted(
                        Comparator.comparing((Map.Entry<String, AgentStatus> e) ->
                                        e.getValue().presence() == Presence.OFFLINE)
                                .thenComparing(Map.Entry::getKey))
                .limit(MOST_ROWS)
                .forEach(each ->
                        list.add(
                                named(
                                        each.getKey(),
                                        Views.of(
                                                AgentMXBean.class,
                                                AgentViews.agent(
                                                        each::getValue, sights.clock())))));
        return rows(statuses.size(), list);
    }

    private ObjectNode loops() {
        ArrayNode list = Views.JSON.createArrayNode();
        for (int i = 0; i < sights.loopCount(); i++) {
            int index = i;
            ObjectNode view =
                    Views.of(
                            MediaLoopMXBean.class,
                            new MediaLoopView(() -> sights.loops().apply(index)));
            view.put("index", index);
            list.add(view);
        }
        return rows(list.size(), list);
    }

    private static ObjectNode named(String name, ObjectNode view) {
        ObjectNode named = Views.JSON.createObjectNode();
        named.put("name", name);
        named.setAll(view);
        return named;
    }

    /// What the bean has as text already.
    private static ObjectNode health(GatewayMXBean bean) {
        try {
            return (ObjectNode) Views.JSON.readTree(bean.getHealth());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("health is JSON", e);
        }
    }
}
