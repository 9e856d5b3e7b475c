package offhook.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import offhook.config.AgentsConfig;
import offhook.config.GatewayConfig;
import offhook.config.GuestSite;
import offhook.config.LimitsConfig;
import offhook.config.OpsConfig;
import offhook.config.OpsUser;
import offhook.config.QueueConfig;
import offhook.config.RouteConfig;
import offhook.config.TrunkConfig;
import offhook.ops.ReloadLine.Kind;

/// What of a wanted configuration can be taken up while the gateway runs.
///
/// @param next what runs from then on: as wanted where that can be had, as before elsewhere
/// @param lines what changes and what needs a restart, for the operator
record Takeover(GatewayConfig next, List<String> lines) {

    static Takeover of(GatewayConfig running, GatewayConfig wanted) {
        return new Work(running, wanted).takeover();
    }

    /// Why what would run makes no sense in itself, where parts of it need a restart and others do
    /// not.
    static Optional<String> contradiction(GatewayConfig next) {
        return next.web().guests().stream()
                .filter(site -> !leadsSomewhere(site, next))
                .findFirst()
                .map(site ->
                        ("web.guests leads visitors to %s:%s, which would be gone, and needs a"
                                        + " restart to lead elsewhere: restart the gateway, or keep it")
                                .formatted(
                                        site.to().kind().name().toLowerCase(Locale.ROOT),
                                        site.to().name()));
    }

    private static boolean leadsSomewhere(GuestSite site, GatewayConfig next) {
        RouteConfig.Destination to = site.to();
        return switch (to.kind()) {
            case QUEUE -> named(next.queues(), QueueConfig::name).contains(to.name());
            case TRUNK -> named(next.trunks(), TrunkConfig::name).contains(to.name());
            case AGENT -> named(next.agents().users(), AgentsConfig.User::name).contains(to.name());
        };
    }

    private static <T> List<String> named(List<T> all, Function<T, String> name) {
        return all.stream().map(name).toList();
    }

    /// One comparison.
    private static final class Work {

        private final GatewayConfig running;
        private final GatewayConfig wanted;
        private final List<String> kept = new ArrayList<>();
        private final List<String> changed = new ArrayList<>();

        Work(GatewayConfig running, GatewayConfig wanted) {
            this.running = running;
            this.wanted = wanted;
        }

        Takeover takeover() {
            keep("node", running.node(), wanted.node());
            keep("sip", running.sip(), wanted.sip());
            keep("web", running.web(), wanted.web());
            keep("media", running.media(), wanted.media());
            list("trunks", running.trunks(), wanted.trunks(), TrunkConfig::name);
            note("routes", running.routes(), wanted.routes());
            list("queues", running.queues(), wanted.queues(), QueueConfig::name);
            note("numbers", running.numbers(), wanted.numbers());
            GatewayConfig next =
                    new GatewayConfig(
                            running.node(),
                            running.sip(),
                            wanted.trunks(),
                            wanted.routes(),
                            wanted.queues(),
                            agents(running.agents(), wanted.agents()),
                            running.web(),
                            running.media(),
                            ops(running.ops(), wanted.ops()),
                            limits(running.limits(), wanted.limits()),
                            wanted.numbers());
            kept.addAll(changed);
            return new Takeover(next, List.copyOf(kept));
        }

        private AgentsConfig agents(AgentsConfig now, AgentsConfig then) {
            keep("agents.token-lifetime", now.tokenLifetime(), then.tokenLifetime());
            keep("agents.token-secret", now.tokenSecret(), then.tokenSecret());
            keep("agents.tokens", now.issuer(), then.issuer());
            note("agents.grace-seconds", now.grace(), then.grace());
            list("agents.users", now.users(), then.users(), AgentsConfig.User::name);
            return now.withUsers(then.users()).withGrace(then.grace());
        }

        private OpsConfig ops(OpsConfig now, OpsConfig then) {
            note("ops.doctor", now.doctor(), then.doctor());
            OpsConfig next = now.withDoctor(then.doctor());
            // What protects a listener is checked together with where it listens.
            if (now.listen().equals(then.listen())) {
                note("ops.token", now.token(), then.token());
                list("ops.users", now.users(), then.users(), OpsUser::name);
                next = next.withAccess(then.token(), then.users());
            }
            if (now.records().isPresent() && then.records().isPresent()) {
                note(
                        "ops.records.keep-days",
                        now.records().get().keep(),
                        then.records().get().keep());
                next = next.withRecords(now.records().get().keeping(then.records().get().keep()));
            }
            keep("ops", next, then);
            return next;
        }

        private LimitsConfig limits(LimitsConfig now, LimitsConfig then) {
            keep(
                    "limits.sip-requests-per-second",
                    now.sipRequestsPerSecond(),
                    then.sipRequestsPerSecond());
            note("limits.max-calls", now.maxCalls(), then.maxCalls());
            note("limits.ring-seconds", now.ring(), then.ring());
            note("limits.call-hours", now.call(), then.call());
            return new LimitsConfig(
                    then.maxCalls(), now.sipRequestsPerSecond(), then.ring(), then.call());
        }

        private void keep(String what, Object now, Object then) {
            if (!now.equals(then)) {
                kept.add(Kind.NEEDS_RESTART.line(what));
            }
        }

        private void note(String what, Object now, Object then) {
            if (!now.equals(then)) {
                changed.add(Kind.CHANGED.line(what));
            }
        }

        private <T> void list(String what, List<T> now, List<T> then, Function<T, String> name) {
            if (!now.equals(then)) {
                changed.add(Kind.CHANGED.line(what + " (" + Difference.of(now, then, name) + ")"));
            }
        }
    }
}
