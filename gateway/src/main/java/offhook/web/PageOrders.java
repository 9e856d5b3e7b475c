package offhook.web;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import offhook.call.CallId;
import offhook.call.CallInput;
import offhook.call.Enclosed;
import offhook.call.EndCause;
import offhook.call.HoldSign;
import offhook.call.LegId;
import offhook.call.TransferOrder;
import offhook.sdp.SessionDescription;

/// Does what signed-in pages say, or refuses it with why. Owned by the desk's owner.
final class PageOrders {

    private final PageLegs legs;
    private final Attendance attendance;
    private final PageViews views;
    private final CallNotes notes;
    private final Echoes echoes;
    private final AwakePages awake;
    private final Consumer<String> onTaken;

    /// @param onTaken told of an agent that took a call
    PageOrders(
            PageLegs legs,
            Attendance attendance,
            PageViews views,
            CallNotes notes,
            Echoes echoes,
            AwakePages awake,
            Consumer<String> onTaken) {
        this.legs = legs;
        this.attendance = attendance;
        this.views = views;
        this.notes = notes;
        this.echoes = echoes;
        this.awake = awake;
        this.onTaken = onTaken;
    }

    void onMessage(AgentSession session, ClientMessage message) {
        if (session.profile().guest().isPresent() && !isForGuests(message)) {
            session.send(AgentDesk.refusal(WebError.NOT_PERMITTED.object()));
            return;
        }
        switch (message) {
            case ClientMessage.Presence m -> onWish(session, m.available());
            case ClientMessage.Ringing m ->
                    legs.rung(session, m.call()).ifPresent(WebLeg::onAlerting);
            case ClientMessage.Decline m ->
                    legs.rung(session, m.call())
                            .filter(leg -> !leg.onDecline())
                            .ifPresent(_ -> refuse(session, WebError.WRONG_STATE, m.call()));
            case ClientMessage.HangUp m -> onHangUp(session, m.call());
            case ClientMessage.Pull m -> onPull(session, m.call());
            case ClientMessage.Hold m ->
                    wish(
                            session,
                            m.call(),
                            leg -> new CallInput.HoldChanged(leg, new HoldSign.Requested(m.on())));
            case ClientMessage.Transfer m -> onTransfer(session, m);
            case ClientMessage.Complete m ->
                    wish(session, m.call(), leg -> new CallInput.TransferCompleted(leg));
            case ClientMessage.Cancel m ->
                    wish(session, m.call(), leg -> new CallInput.TransferCancelled(leg));
            case ClientMessage.Candidate m ->
                    legs.of(session, m.call())
                            .filter(leg -> !leg.sheet().candidates().note(m.candidate()))
                            .ifPresent(_ -> refuse(session, WebError.MALFORMED, m.call()));
            case ClientMessage.Note m -> notes.onNote(session, m);
            case ClientMessage.Quality m ->
                    held(session, m.call()).ifPresent(leg -> views.onQuality(session, leg, m));
            case ClientMessage.Warning m ->
                    held(session, m.call()).ifPresent(leg -> views.onWarning(leg, m));
            case ClientMessage.Alive m -> awake.onAlive(session, m.microphone());
            case ClientMessage.Ping m -> session.send(new ServerMessage.Pong(m.n()));
            case ClientMessage.Pong _ -> awake.onPong(session);
            case ClientMessage.Hello _,
                    ClientMessage.Token _,
                    ClientMessage.Accept _,
                    ClientMessage.Reoffer _,
                    ClientMessage.Dial _,
                    ClientMessage.Echo _ ->
                    throw new IllegalStateException("comes by its own way: " + message.type());
        }
    }

    private void onHangUp(AgentSession session, CallId call) {
        if (!echoes.onHangUp(session, call)) {
            legs.of(session, call)
                    .filter(leg -> !leg.onHangUp(session))
                    .ifPresent(_ -> refuse(session, WebError.WRONG_STATE, call));
        }
    }

    private void onPull(AgentSession session, CallId call) {
        Optional<PageLeg> leg = legs.of(session, call);
        if (leg.isEmpty()) {
            refuse(session, WebError.UNKNOWN_CALL, call);
        } else if (session.isExpired() || !leg.get().onPull(session)) {
            refuse(session, WebError.WRONG_STATE, call);
        }
    }

    /// Of a visitor of a site, besides `hello`, `token` and `dial`.
    private static boolean isForGuests(ClientMessage message) {
        return message instanceof ClientMessage.HangUp
                || message instanceof ClientMessage.Quality
                || message instanceof ClientMessage.Warning
                || message instanceof ClientMessage.Alive
                || message instanceof ClientMessage.Ping
                || message instanceof ClientMessage.Pong;
    }

    private void onWish(AgentSession session, boolean available) {
        session.wishes(available);
        if (!session.isExpired()) {
            attendance.wished(session, available);
        }
    }

    private void onTransfer(AgentSession session, ClientMessage.Transfer transfer) {
        Optional<String> target = DialledNumber.ofTarget(transfer.to());
        if (target.isEmpty()) {
            refuse(session, WebError.BAD_NUMBER, transfer.call());
            return;
        }
        if (!session.profile().permissions().mayTransferTo(target.get())) {
            refuse(session, WebError.NOT_PERMITTED, transfer.call());
            return;
        }
        if (!DialledHeaders.areFit(transfer.headers())) {
            refuse(session, WebError.BAD_HEADERS, transfer.call());
            return;
        }
        TransferOrder order =
                new TransferOrder(
                        transfer.consult(),
                        "web",
                        target.get(),
                        session.profile().shownParty(),
                        Optional.empty(),
                        Enclosed.of(transfer.headers()));
        wish(session, transfer.call(), leg -> new CallInput.TransferRequested(leg, order))
                .ifPresent(leg -> leg.sheet().asks(target.get(), transfer.consult()));
    }

    /// @return the leg whose call has taken the wish
    private Optional<PageLeg> wish(
            AgentSession session, CallId call, Function<LegId, CallInput> wish) {
        Optional<PageLeg> leg = legs.of(session, call);
        if (leg.isEmpty()) {
            refuse(session, WebError.UNKNOWN_CALL, call);
        } else if (!leg.get().onWish(session, wish.apply(leg.get().id()))) {
            refuse(session, WebError.WRONG_STATE, call);
            return Optional.empty();
        }
        return leg;
    }

    void onAccept(AgentSession session, CallId call, SessionDescription offer) {
        Optional<WebLeg> leg = legs.rung(session, call);
        if (leg.isEmpty()) {
            refuse(session, WebError.UNKNOWN_CALL, call);
        } else if (!leg.get().onAccept(session, offer)) {
            refuse(session, WebError.WRONG_STATE, call);
        }
        onTaken.accept(session.agent());
    }

    void onReoffer(AgentSession session, ClientMessage.Reoffer reoffer, SessionDescription offer) {
        Optional<PageLeg> leg = legs.of(session, reoffer.call());
        if (leg.isEmpty() || !leg.get().onReoffer(session, reoffer.request(), offer)) {
            WebError error = leg.isEmpty() ? WebError.UNKNOWN_CALL : WebError.WRONG_STATE;
            session.send(
                    new ServerMessage.ReofferRefused(
                            reoffer.call(), reoffer.request(), error.object()));
        }
    }

    /// A page answered with a session description that cannot be served.
    void onBadAccept(AgentSession session, CallId call, String problem) {
        session.send(
                new ServerMessage.Refused(WebError.BAD_SDP.object(problem), Optional.of(call)));
        legs.rung(session, call)
                .ifPresent(leg ->
                        leg.onBadOffer(session, EndCause.gateway("media", 488, 88, problem)));
    }

    private void refuse(AgentSession session, WebError error, CallId call) {
        session.send(new ServerMessage.Refused(error.object(), Optional.of(call)));
    }

    /// The leg of a call, or of a test call, that a page has.
    private Optional<LegId> held(AgentSession session, CallId call) {
        return legs.of(session, call)
                .filter(session.heldLegs()::contains)
                .map(PageLeg::id)
                .or(() -> echoes.leg(session, call));
    }
}
