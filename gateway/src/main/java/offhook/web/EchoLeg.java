package offhook.web;

import java.util.Map;
import java.util.Optional;
import offhook.call.CallId;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.CodecPreference;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.call.MediaControl;
import offhook.call.MediaProfile;
import offhook.runtime.Owner;
import offhook.sdp.SdpWriter;
import offhook.sdp.SessionDescription;
import org.jspecify.annotations.Nullable;

/// A test call: the page hears itself, so that it can measure the way to us and back before a
/// caller has to. It concerns nobody else: no route, no trunk, and the agent's presence is as it
/// was. It ends with the page's word, its socket, or its time.
///
/// Media's threads offer inputs, which are posted to the desk's owner; all else runs on that owner.
final class EchoLeg implements PageLeg, CallInbox {

    private final AgentDesk desk;
    private final MediaControl media;
    private final AgentSession page;
    private final LegId id = new LegId(CallId.next(), 0);
    private Owner.@Nullable Deadline end;
    private boolean over;

    EchoLeg(AgentDesk desk, MediaControl media, AgentSession page) {
        this.desk = desk;
        this.media = media;
        this.page = page;
    }

    /// Begins, and ends by itself at the latest after this time.
    void start(SessionDescription offer, long limitNanos) {
        end = desk.owner().schedule(limitNanos, () -> onFailed(timeUp()));
        media.open(
                id,
                new MediaProfile.Browser(CodecPreference.QUALITY, Optional.empty()),
                Optional.of(offer),
                this);
    }

    @Override
    public LegId id() {
        return id;
    }

    @Override
    public CallId call() {
        return id.call();
    }

    @Override
    public CallId callId() {
        return id.call();
    }

    @Override
    public String agent() {
        return page.agent();
    }

    // --- media's threads

    @Override
    public boolean offer(CallInput input) {
        return desk.owner().post(() -> onInput(input));
    }

    // --- the desk's owner

    private void onInput(CallInput input) {
        if (over) {
            return;
        }
        switch (input) {
            case CallInput.MediaDescribed m ->
                    page.sendSurely(new ServerMessage.Accepted(call(), SdpWriter.write(m.local())));
            case CallInput.MediaConnected _ -> {
                media.loop(id);
                page.sendSurely(new ServerMessage.Connected(call(), Map.of()));
            }
            case CallInput.MediaRefused m -> {
                page.send(WebLeg.badDescription(call(), m.cause()));
                onFailed(m.cause());
            }
            case CallInput.MediaFailed m -> onFailed(m.cause());
            default -> {
                // Digits and reports of media: nobody is there to be told.
            }
        }
    }

    @Override
    public boolean onHangUp(AgentSession from) {
        if (from == page) {
            onFailed(EndCause.hangUp(EndCause.By.CALLER));
        }
        return from == page;
    }

    /// There is nobody to transfer, and nobody to hold.
    @Override
    public boolean onWish(AgentSession from, CallInput wish) {
        return false;
    }

    /// A page that lost its socket begins its test anew.
    @Override
    public void onPageGone(AgentSession gone) {
        if (gone == page) {
            onFailed(EndCause.hangUp(EndCause.By.CALLER));
        }
    }

    @Override
    public void onFailed(EndCause cause) {
        if (over) {
            return;
        }
        over = true;
        if (end != null) {
            end.cancel();
        }
        media.close(id);
        page.sendSurely(new ServerMessage.Ended(call(), cause, EndTexts.Seat.CALLER));
        desk.onLegOver(this);
        desk.onLetGo(page, call());
    }

    private static EndCause timeUp() {
        return EndCause.gateway("echo-limit", 408, 102, "a test call is over after a minute");
    }
}
