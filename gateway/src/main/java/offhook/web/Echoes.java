package offhook.web;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
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

/// The test calls of pages: a page hears itself, so that it can measure the way to us and back
/// before a caller has to. They concern nobody else: no route, no trunk, and the agent's presence
/// is as it was. One at a time for a page; it ends with the page's word, its socket, or its time.
///
/// On the desk's owner, but for what media offers.
final class Echoes {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Owner owner;
    private final PageViews views;
    private final Map<AgentSession, Echo> running = new HashMap<>();
    private @Nullable MediaControl media;

    Echoes(Owner owner, PageViews views) {
        this.owner = owner;
        this.views = views;
    }

    /// What carries them. Before the first socket.
    void through(MediaControl carrier) {
        media = carrier;
    }

    /// A page wants to hear itself.
    void open(AgentSession page, ClientMessage.Echo asked, SessionDescription offer) {
        CallId call = CallId.next();
        if (page.isExpired()) {
            refuse(page, asked, WebError.TOKEN_EXPIRED);
        } else if (page.profile().guest().isPresent()) {
            refuse(page, asked, WebError.NOT_PERMITTED);
        } else if (running.containsKey(page)) {
            refuse(page, asked, WebError.IN_CALL);
        } else if (!media().hasRoom(call)) {
            refuse(page, asked, WebError.BUSY);
        } else {
            Echo echo = new Echo(page, new LegId(call, 0));
            running.put(page, echo);
            page.send(new ServerMessage.Dialled(asked.request(), call));
            echo.start(offer);
        }
    }

    /// A page ends its test call.
    ///
    /// @return false when the call is none
    boolean onHangUp(AgentSession page, CallId call) {
        Echo echo = running.get(page);
        if (echo == null || !echo.callId().equals(call)) {
            return false;
        }
        echo.end(EndCause.hangUp(EndCause.By.CALLER));
        return true;
    }

    /// A page has no socket any more.
    void onGone(AgentSession page) {
        Echo echo = running.get(page);
        if (echo != null) {
            echo.end(EndCause.hangUp(EndCause.By.CALLER));
        }
    }

    /// The leg of a page's test call; empty when it has no such call.
    Optional<LegId> leg(AgentSession page, CallId call) {
        return Optional.ofNullable(running.get(page))
                .map(echo -> echo.id)
                .filter(id -> id.call().equals(call));
    }

    private MediaControl media() {
        return Objects.requireNonNull(media, "started without media");
    }

    private static void refuse(AgentSession page, ClientMessage.Echo asked, WebError error) {
        page.send(new ServerMessage.DialRefused(asked.request(), error.object()));
    }

    /// One test call. Media's threads offer inputs, which are posted to the owner.
    private final class Echo implements CallInbox {

        private final AgentSession page;
        private final LegId id;
        private final Owner.Deadline limit;

        Echo(AgentSession page, LegId id) {
            this.page = page;
            this.id = id;
            this.limit = owner.schedule(LIMIT.toNanos(), () -> end(timeUp()));
        }

        void start(SessionDescription offer) {
            media().open(
                            id,
                            new MediaProfile.Browser(CodecPreference.QUALITY, Optional.empty()),
                            Optional.of(offer),
                            this);
        }

        @Override
        public CallId callId() {
            return id.call();
        }

        @Override
        public boolean offer(CallInput input) {
            return owner.post(() -> onInput(input));
        }

        private void onInput(CallInput input) {
            if (running.get(page) != this) {
                return;
            }
            switch (input) {
                case CallInput.MediaDescribed m ->
                        page.send(new ServerMessage.Accepted(callId(), SdpWriter.write(m.local())));
                case CallInput.MediaConnected _ -> {
                    media().loop(id);
                    page.send(new ServerMessage.Connected(callId(), Map.of()));
                }
                case CallInput.MediaRefused m -> {
                    if (WebLeg.isMediaRefused(m.cause())) {
                        page.send(WebLeg.badDescription(callId(), m.cause()));
                    }
                    end(m.cause());
                }
                case CallInput.MediaFailed m -> end(m.cause());
                default -> {
                    // Digits, and what media reports: nobody is there to be told.
                }
            }
        }

        private void end(EndCause cause) {
            if (running.remove(page, this)) {
                limit.cancel();
                media().close(id);
                views.forget(callId());
                page.send(new ServerMessage.Ended(callId(), cause, EndTexts.Seat.CALLER));
            }
        }

        private static EndCause timeUp() {
            return EndCause.gateway("echo-limit", 408, 102, "a test call is over after a minute");
        }
    }
}
