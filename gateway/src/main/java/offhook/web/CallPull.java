package offhook.web;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import offhook.call.EndCause;
import offhook.runtime.Owner;

/// How a call gets from the page that holds it to another page or device of the same agent: the
/// other one is told how the call stands, as a page is that was reloaded, and offers media anew.
/// The holder stays the holder, and heard, until the new media stands. Owned by the desk's owner.
final class CallPull {

    /// From the wish until the new media stands.
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final Owner owner;
    private final PageLeg leg;
    private final Supplier<Optional<AgentSession>> holder;
    private final Consumer<AgentSession> handOver;
    private Optional<Running> running = Optional.empty();

    /// @param holder the page that holds the call; empty when none does
    /// @param handOver makes another page the holder
    CallPull(
            Owner owner,
            PageLeg leg,
            Supplier<Optional<AgentSession>> holder,
            Consumer<AgentSession> handOver) {
        this.owner = owner;
        this.leg = leg;
        this.holder = holder;
        this.handOver = handOver;
    }

    /// @param answered whether media was agreed with the page
    private record Running(AgentSession to, boolean answered, Owner.Deadline limit) {}

    /// A page wants the call.
    ///
    /// @return false when it has it, or nobody does
    boolean begin(AgentSession to) {
        Optional<AgentSession> from = holder.get();
        if (from.isEmpty() || from.get() == to) {
            return false;
        }
        if (!isBy(to)) {
            cancel(failed());
            running =
                    Optional.of(
                            new Running(
                                    to,
                                    false,
                                    owner.schedule(LIMIT.toNanos(), () -> cancel(failed()))));
        }
        to.send(leg.resumed());
        return true;
    }

    /// Whether this page is getting the call.
    boolean isBy(AgentSession page) {
        return running.isPresent() && running.get().to() == page;
    }

    /// Media was agreed with a page.
    void onAnswered(AgentSession page) {
        running =
                running.map(
                        pull -> pull.to() == page ? new Running(page, true, pull.limit()) : pull);
    }

    /// The media of the leg goes by another connection.
    void onMoved() {
        running.filter(Running::answered)
                .ifPresent(pull -> {
                    drop();
                    handOver.accept(pull.to());
                });
    }

    /// A page is gone, and wants nothing any more.
    void onPageGone(AgentSession page) {
        if (isBy(page)) {
            drop();
        }
    }

    /// Nothing comes of it: the page that wanted the call is told why.
    void cancel(EndCause cause) {
        Optional<Running> pull = running;
        drop();
        pull.ifPresent(
                p -> p.to().send(new ServerMessage.Ended(leg.call(), cause, EndTexts.Seat.CALLEE)));
    }

    private void drop() {
        running.ifPresent(pull -> pull.limit().cancel());
        running = Optional.empty();
    }

    private static EndCause failed() {
        return EndCause.gateway("pull-failed", 480, 41, "the call stays where it was");
    }

    /// Why a page does not have the call any more.
    static EndCause moved(EndCause.By by) {
        return new EndCause(by, "moved", 200, 26, "");
    }
}
