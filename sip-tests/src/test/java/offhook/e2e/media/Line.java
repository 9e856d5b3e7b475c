package offhook.e2e.media;

import java.time.Duration;
import java.util.function.Supplier;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.process.Await;
import offhook.e2e.wan.Link;
import offhook.e2e.wan.PhoneLink;
import offhook.e2e.web.WebPeer;

/// A call of an [Exchange], with a link on each of its sides, and both ways of its sound.
record Line(
        String name,
        PhoneCall phone,
        WebPeer agent,
        PhoneLink trunk,
        Link browser,
        Supplier<Way> toWeb,
        Supplier<Way> toPhone)
        implements AutoCloseable {

    /// Whether either end was told that the call is over.
    boolean hasEnded() {
        return phone.hasEnded()
                || agent.messages().stream().anyMatch(m -> m.path("type").asText().equals("ended"));
    }

    /// Waits until the agent is told that the call is over.
    ///
    /// @return the reason given
    String awaitEnd(Duration limit) {
        return agent.await("ended", limit, _ -> true).path("cause").path("reason").asText();
    }

    @Override
    public void close() {
        if (!phone.hasEnded()) {
            phone.hangUp(Exchange.LIMIT);
            Await.until("the end of " + name, Exchange.LIMIT, this::hasEnded);
        }
        phone.close();
        browser.close();
    }
}
