package offhook.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.function.BiPredicate;
import offhook.ops.QueueMXBean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `offhook queues`.
@Command(
        name = "queues",
        description = "Lists the queues, who waits in them, and what became of those who did.",
        subcommands = {
            QueuesCommand.Show.class,
            QueuesCommand.Close.class,
            QueuesCommand.Open.class,
            QueuesCommand.Pause.class,
            QueuesCommand.Resume.class,
            QueuesCommand.SendOn.class,
            QueuesCommand.HangUp.class
        })
final class QueuesCommand extends GatewayCommand {

    private static final String TYPE = "Queue";

    @Override
    int run(RunningGateway gateway) throws IOException {
        List<ObjectNode> queues = gateway.shown(TYPE);
        Table table =
                new Table(
                        "QUEUE",
                        "STRATEGY",
                        "WAITING",
                        "LONGEST S",
                        "AGENTS",
                        "FREE",
                        "ANSWERED",
                        "ABANDONED",
                        "OVERFLOWED",
                        "STATE");
        for (ObjectNode queue : queues) {
            table.add(
                    Json.cell(queue.path("name")),
                    Json.cell(queue.path("strategy")),
                    Json.cell(queue.path("waiting")),
                    Json.cell(queue.path("longest-wait-seconds")),
                    queue.path("agents").size(),
                    Json.cell(queue.path("agents-free")),
                    Json.cell(queue.path("answered")),
                    Json.cell(queue.path("abandoned")),
                    Json.cell(queue.path("overflowed")),
                    state(queue));
        }
        print(Json.object("queues", queues), table.lines("no queue is configured"));
        return 0;
    }

    private static String state(JsonNode queue) {
        String paused = String.join(" ", Json.texts(queue.path("paused-agents")));
        String open = queue.path("closed").asBoolean() ? "closed" : "open";
        return paused.isEmpty() ? open : open + ", paused: " + paused;
    }

    /// Who waits.
    @Command(
            name = "show",
            description = "Lists who waits in a queue, the first first, and for how long.")
    static final class Show extends OfQueue {

        @Override
        int run(RunningGateway gateway, String name, QueueMXBean bean) throws IOException {
            ObjectNode queue = gateway.shownOf(TYPE, name).orElseGet(Json::object);
            JsonNode callers = queue.withArray("callers");
            queue.remove("callers");
            Table table = new Table("CALL", "CALLER", "WAITS S", "OFFERED");
            callers.forEach(caller ->
                    table.add(
                            Json.cell(caller.path("call")),
                            Json.cell(caller.path("number")),
                            Json.cell(caller.path("wait-seconds")),
                            caller.path("rung").asBoolean() ? "an agent rings" : "-"));
            print(Json.object("queue", queue, "callers", callers), table.lines("nobody waits"));
            return 0;
        }
    }

    /// What is done to one queue.
    abstract static class OfQueue extends GatewayCommand {

        @Parameters(paramLabel = "QUEUE", index = "0", description = "the queue")
        private String queue = "";

        @Override
        final int run(RunningGateway gateway) throws IOException {
            List<RunningGateway.Named<QueueMXBean>> all = gateway.beans(TYPE, QueueMXBean.class);
            for (RunningGateway.Named<QueueMXBean> each : all) {
                if (each.name().equals(queue)) {
                    return run(gateway, queue, each.bean());
                }
            }
            return unknown("queue", queue, all.stream().map(RunningGateway.Named::name).toList());
        }

        abstract int run(RunningGateway gateway, String name, QueueMXBean bean) throws IOException;
    }

    /// Sends callers elsewhere.
    @Command(
            name = "close",
            description = {
                "Lets nobody wait in a queue until it is opened, or until the next start.",
                "Who comes, and who waits and is not being rung for, goes on to the overflow."
            })
    static final class Close extends OfQueue {

        @Override
        int run(RunningGateway gateway, String name, QueueMXBean bean) {
            bean.close();
            return done(name + " closed", "queue", name, "state", "closed");
        }
    }

    /// Takes callers again.
    @Command(name = "open", description = "Lets callers wait in a queue again.")
    static final class Open extends OfQueue {

        @Override
        int run(RunningGateway gateway, String name, QueueMXBean bean) {
            bean.open();
            return done(name + " open", "queue", name, "state", "open");
        }
    }

    /// What is done to one agent of a queue.
    abstract static class OfAgent extends OfQueue {

        @Parameters(paramLabel = "AGENT", index = "1", description = "the agent's sign-in name")
        private String agent = "";

        private final BiPredicate<QueueMXBean, String> deed;
        private final String state;

        /// @param deed false: the agent does not serve the queue
        /// @param state how the agent is then
        OfAgent(BiPredicate<QueueMXBean, String> deed, String state) {
            this.deed = deed;
            this.state = state;
        }

        @Override
        final int run(RunningGateway gateway, String name, QueueMXBean bean) {
            return deed.test(bean, agent)
                    ? done(
                            name + " " + state + " " + agent,
                            "queue",
                            name,
                            "agent",
                            agent,
                            "state",
                            state)
                    : fail(
                            "'%s' does not serve the queue %s; there are: %s"
                                    .formatted(agent, name, some(bean.getAgents())),
                            EXIT_TROUBLE);
        }
    }

    /// Offers an agent nothing.
    @Command(
            name = "pause",
            description =
                    "Offers an agent no caller of a queue until resumed, or until the next start.")
    static final class Pause extends OfAgent {

        Pause() {
            super(QueueMXBean::pauseAgent, "paused");
        }
    }

    /// Offers it callers again.
    @Command(name = "resume", description = "Offers an agent callers of a queue again.")
    static final class Resume extends OfAgent {

        Resume() {
            super(QueueMXBean::resumeAgent, "resumed");
        }
    }

    /// What is done to one caller who waits.
    abstract static class OfCaller extends OfQueue {

        @Parameters(paramLabel = "CALL", index = "1", description = "the call, as 'show' has it")
        private String call = "";

        private final BiPredicate<QueueMXBean, String> deed;
        private final String state;
        private final String unless;

        /// @param deed false: it is not for this caller
        /// @param state how the caller is then
        /// @param unless why it may be not for a caller who waits
        OfCaller(BiPredicate<QueueMXBean, String> deed, String state, String unless) {
            this.deed = deed;
            this.state = state;
            this.unless = unless;
        }

        @Override
        final int run(RunningGateway gateway, String name, QueueMXBean bean) {
            return deed.test(bean, call)
                    ? done(
                            state.replace('-', ' ') + " " + call,
                            "queue",
                            name,
                            "call",
                            call,
                            "state",
                            state)
                    : fail(
                            "'%s' does not wait in the queue %s%s; 'offhook queues show %2$s' lists who waits"
                                    .formatted(call, name, unless),
                            EXIT_TROUBLE);
        }
    }

    /// Has a caller go on.
    @Command(
            name = "send-on",
            description = {
                "Has a caller go on to the queue's overflow, as if it had waited for too long.",
                "Not while an agent rings for it. Without an overflow it is let go."
            })
    static final class SendOn extends OfCaller {

        SendOn() {
            super(QueueMXBean::sendCallerOn, "sent-on", ", or an agent rings for it");
        }
    }

    /// Ends the call of a caller.
    @Command(name = "hangup", description = "Ends the call of a caller who waits.")
    static final class HangUp extends OfCaller {

        HangUp() {
            super(QueueMXBean::hangUpCaller, "ended", "");
        }
    }
}
