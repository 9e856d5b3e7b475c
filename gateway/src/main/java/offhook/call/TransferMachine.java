package offhook.call;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import offhook.call.CallEffect.PartMedia;
import offhook.call.CallEffect.PlayMedia;
import offhook.call.CallEffect.TellTransfer;
import offhook.call.CallInput.TransferRequested;
import offhook.call.CallState.Active;
import offhook.call.CallState.Transferring;
import offhook.call.TransferState.Claiming;
import offhook.call.TransferState.Connecting;
import offhook.call.TransferState.Consulting;
import offhook.call.TransferState.Offering;
import offhook.call.TransferState.Queued;
import offhook.call.TransferState.Referring;
import offhook.call.TransferState.Ringing;

/// Decides how one of the two parties of a running call comes to talk to a third: a pure function,
/// as [CallMachine] is, which hands it the call from [TransferRequested] until two parties talk
/// again.
///
/// ```
/// Active -> Referring -----------------------------------> Ended       (the network does it)
///              | refused
///              v
///        Claiming (agent) -> Ringing -> Connecting -> Active           (blind)
///     -> Offering (trunk) ->    |           |   \
///              ^________________|___________|    -> Consulting -> Active
/// ```
///
/// Whoever is led on must not be lost: until the target talks to it, the transferor stays in the
/// call, and gets it back whatever goes wrong. A transferor that hangs up has said its last word:
/// the transfer goes on without it, and completes if it was consulting.
///
/// Each state is a class of its own; [TransferParties] decides what is the same in all of them.
final class TransferMachine {

    /// How long an agent is rung to whom somebody is transferred by name.
    static final Duration AGENT_RING = Duration.ofSeconds(30);

    /// How long a trunk may take to hand over somebody who talks already: nobody has to pick up.
    private static final Duration DIALOG_RING = Duration.ofSeconds(32);

    private static final String AGENT = "agent:";
    private static final String QUEUE = "queue:";

    private final CallLimits limits;
    private final CallRoutes routes;
    private final TransferQueue queues;
    private final TransferRinging ringing;

    TransferMachine(CallLimits limits, CallRoutes routes) {
        this.limits = limits;
        this.routes = routes;
        this.queues = new TransferQueue(limits);
        this.ringing = new TransferRinging(limits);
    }

    /// A party of a call whose parties talk asks for a transfer.
    Transition start(Active call, TransferRequested in, long nowNanos) {
        TransferOrder order = in.order();
        CallPlan plan = plan(order);
        if (plan.attempts().isEmpty()) {
            EndCause cause =
                    plan.refusal()
                            .orElseGet(() ->
                                    EndCause.gateway(
                                            "no-route", 404, 1, "no route leads to the target"));
            return TransferEnds.refused(call, in.leg(), cause);
        }
        Seat waiting = call.facing(in.leg());
        TransferTask task =
                new TransferTask(
                        order.consult(),
                        waiting,
                        Optional.of(call.seat(in.leg())),
                        plan.attempts(),
                        plan.prefer(),
                        order,
                        call.legs(),
                        nowNanos + limits.ringNanos(),
                        EndCause.noAgent("unreachable"));
        List<CallEffect> effects = new ArrayList<>();
        effects.add(new PartMedia(waiting.leg()));
        effects.add(new PlayMedia(waiting.leg(), new Playback.Music()));
        effects.add(new TellTransfer(in.leg(), new TransferReport.Trying()));
        if (!task.consult() && task.target(0) instanceof Target.Trunk number) {
            return ReferMachine.ask(call, task, number, Optional.empty(), effects, nowNanos);
        }
        return TransferTargets.attempt(call, task, 0, nowNanos, effects, "transfer asked for");
    }

    /// Whom a party may transfer to: whom it could call, agents any agent and any queue, and a
    /// trunk into a call of its own.
    private CallPlan plan(TransferOrder order) {
        boolean web = order.source().equals(CallRoutes.WEB);
        if (order.target().startsWith(QUEUE) && web) {
            return inLine(order, routes.planQueue(order.target().substring(QUEUE.length())));
        }
        if (order.target().startsWith(AGENT) && web) {
            Target agent = new Target.Agent(order.target().substring(AGENT.length()));
            return new CallPlan(
                    List.of(new CallPlan.Attempt(agent, AGENT_RING.toNanos())),
                    CodecPreference.QUALITY,
                    List.of());
        }
        if (order.takeover().isEmpty()) {
            return inLine(order, routes.plan(order.source(), order.target()));
        }
        return switch (order.takeover().get()) {
            case TransferOrder.Takeover.AtSource there ->
                    routes.planInto(order.source(), order.target(), there, DIALOG_RING.toNanos());
            case TransferOrder.Takeover.Here(LegId leg) ->
                    new CallPlan(
                            List.of(
                                    new CallPlan.Attempt(
                                            new Target.InCall(leg, order.target()),
                                            DIALOG_RING.toNanos())),
                            CodecPreference.QUALITY,
                            List.of());
        };
    }

    /// Nobody who consults waits in a line: the agents of each queue are rung one after another.
    private static CallPlan inLine(TransferOrder order, CallPlan plan) {
        return order.consult() ? plan.oneByOne() : plan;
    }

    /// One step.
    Transition step(Transferring s, CallInput input, long nowNanos) {
        return TransferParties.step(s, input, nowNanos)
                .orElseGet(() ->
                        switch (s.transfer()) {
                            case Referring t -> ReferMachine.step(s.before(), t, input, nowNanos);
                            case Claiming t ->
                                    TransferClaiming.step(s.before(), t, input, nowNanos);
                            case Queued t -> queues.step(s.before(), t, input, nowNanos);
                            case Offering t ->
                                    TransferOffering.step(s.before(), t, input, nowNanos);
                            case Ringing t -> ringing.step(s.before(), t, input, nowNanos);
                            case Connecting t ->
                                    TransferConnecting.step(s.before(), t, input, nowNanos);
                            case Consulting t ->
                                    TransferConsulting.step(s.before(), t, input, nowNanos);
                        });
    }
}
