package offhook.call;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import offhook.call.CallEffect.TellTransfer;
import offhook.call.CallInput.AgentClaimed;
import offhook.call.CallInput.LegAccepted;
import offhook.call.CallInput.MediaConnected;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.ReferOver;
import offhook.call.CallInput.TransferRequested;
import offhook.sdp.SessionDescription;

/// A caller of a trunk that talks to alice, who leads it on: to bob, or to a number.
abstract class TransferStand {

    static final long SECOND = 1_000_000_000L;
    static final CallId ID = new CallId("0123456789abcdef01234567");
    static final LegId CALLER = new LegId(ID, 0);
    static final LegId ALICE = new LegId(ID, 1);
    static final LegId THIRD = new LegId(ID, 2);
    static final ClaimToken ALICES = new ClaimToken(ID, 0);
    static final ClaimToken BOBS = new ClaimToken(ID, 2);
    static final SessionDescription SDP = MachineRun.described("any");
    static final Party ANN = new Party("+34911000001", "Ann");
    static final Party BY_ALICE = new Party("200", "Alice");
    static final EndCause BUSY = EndCause.gateway("busy", 486, 17, "");
    static final EndCause GONE = EndCause.hangUp(EndCause.By.CALLER);
    static final ReplacedDialog DIALOG = new ReplacedDialog("a@b", "c", "d", false);
    static final Target.Trunk NUMBER = new Target.Trunk("pbx", "0700");

    static ReferOver refused(int status) {
        return new ReferOver(CALLER, true, EndCause.gateway("refused", status, 79, ""));
    }

    static ReferOver failed(int status) {
        return new ReferOver(CALLER, false, EndCause.gateway("failed", status, 41, ""));
    }

    static EndCause transferred() {
        return EndCause.transferred(EndCause.By.CALLEE);
    }

    /// The machine hands it on and never calls it.
    static final Leg NO_LEG =
            (Leg)
                    Proxy.newProxyInstance(
                            Leg.class.getClassLoader(),
                            new Class<?>[] {Leg.class},
                            (_, _, _) -> {
                                throw new AssertionError("the machine is pure");
                            });

    static TransferOrder asked(boolean consult, String target) {
        return new TransferOrder(consult, "web", target, BY_ALICE);
    }

    static TransferOrder taking(String target, boolean ownName) {
        return new TransferOrder(
                false,
                "pbx",
                target,
                ANN,
                Optional.of(new TransferOrder.Takeover.AtSource(DIALOG, ownName)),
                Enclosed.NOTHING);
    }

    /// A call whose parties talk, its state, and what it did: in the last step, and in all.
    static final class Run extends MachineRun {

        Run() {
            CallPlan.Attempt alice = new CallPlan.Attempt(new Target.Agent("alice"), 20 * SECOND);
            super(
                    new CallMachine(
                            ID,
                            new IncomingCall(
                                    "pbx",
                                    ANN,
                                    new Party("200", ""),
                                    new MediaProfile.Trunk("pbx"),
                                    Optional.of(SDP),
                                    "x@pbx"),
                            new CallPlan(List.of(alice), CodecPreference.AUTO, List.of()),
                            new CallRoutes(
                                    List.of(
                                            route("web", "700", NUMBER),
                                            route("web", "800", agents()),
                                            route("pbx", "710", NUMBER),
                                            route(
                                                    "pbx",
                                                    "720",
                                                    new Target.Agent("bob"),
                                                    new Target.Trunk("other", "")))),
                            new CallLimits(60 * SECOND, 10 * SECOND, 3600 * SECOND)));
            step(new MediaDescribed(CALLER, SDP));
            step(new AgentClaimed("alice", ALICES));
            step(new LegAccepted(ALICE, Optional.of(SDP)));
            step(new MediaDescribed(ALICE, SDP));
            step(new MediaConnected(ALICE));
            all.clear();
        }

        private static Target[] agents() {
            return new Target[] {new Target.Agent("bob"), new Target.Agent("carol")};
        }

        private static CallRoutes.Route route(String source, String number, Target... targets) {
            return new CallRoutes.Route(
                    source,
                    number,
                    List.of(targets).stream()
                            .map(target ->
                                    new CallPlan.Attempt(
                                            target,
                                            20 * SECOND,
                                            called -> "0" + called,
                                            Set.of(408, 500, 502, 503, 504)))
                            .toList(),
                    CodecPreference.QUALITY);
        }

        List<CallEffect> transfer(boolean consult, String target) {
            return step(new TransferRequested(ALICE, asked(consult, target)));
        }

        /// The caller's trunk leads alice into a call of its own.
        List<CallEffect> takeover(String target, boolean ownName) {
            return step(new TransferRequested(CALLER, taking(target, ownName)));
        }

        List<CallEffect> replace(LegId old, LegId arriving, Party who) {
            return step(
                    new CallInput.LegReplacing(
                            old,
                            arriving,
                            NO_LEG,
                            who,
                            new MediaProfile.Trunk("pbx"),
                            Optional.of(SDP)));
        }

        Run consulting() {
            transfer(true, "agent:bob");
            step(new AgentClaimed("bob", BOBS));
            step(new LegAccepted(THIRD, Optional.of(SDP)));
            step(new MediaDescribed(THIRD, SDP));
            step(new MediaConnected(THIRD));
            return this;
        }

        /// The latest.
        TransferReport report() {
            return all.stream()
                    .filter(TellTransfer.class::isInstance)
                    .map(TellTransfer.class::cast)
                    .reduce((_, later) -> later)
                    .orElseThrow()
                    .report();
        }
    }
}
