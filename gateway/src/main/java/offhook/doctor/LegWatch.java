package offhook.doctor;

import java.net.InetAddress;
import java.util.Optional;
import offhook.call.BrowserView;
import offhook.call.LegQuality;

/// What is measured of one leg, second by second, sorted into spells in which something was wrong.
/// Owned by the doctor.
final class LegWatch {

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long MILLI_NANOS = 1_000_000L;
    private static final long GAP_NANOS = 3 * SECOND_NANOS;

    /// Reports come up to 7.5 s apart (RFC 3550 §6.2).
    private static final long REPORT_GAP_NANOS = 8 * SECOND_NANOS;

    final LegPlots plots = new LegPlots();
    final LossSpell lossIn = new LossSpell(Limits.LOSS.fair());
    final LossSpell lateIn = new LossSpell(Limits.LOSS.fair());
    final Spell lossOut = new Spell(Limits.LOSS.fair(), 0, REPORT_GAP_NANOS);
    final Spell jitterIn = new Spell(Limits.JITTER.fair(), 3 * SECOND_NANOS, GAP_NANOS);
    final Spell jitterOut = new Spell(Limits.JITTER.fair(), 0, REPORT_GAP_NANOS);
    final Spell roundTrip = new Spell(Limits.ROUND_TRIP.fair(), 3 * SECOND_NANOS, REPORT_GAP_NANOS);
    final Spell delay = new Spell(Limits.DELAY.fair(), 3 * SECOND_NANOS, GAP_NANOS);
    final Spell browserDelay = new Spell(Limits.DELAY.fair(), 3 * SECOND_NANOS, REPORT_GAP_NANOS);
    final Spell muted = new Spell(1, SECOND_NANOS, GAP_NANOS);
    final PacketWatch packets = new PacketWatch();

    private Optional<Named> named = Optional.empty();
    private Optional<LegQuality> latest = Optional.empty();
    private long reportedNanos;

    // Of the latest figures: whether they were new, and what the second brought that they are of.
    private boolean news;
    private boolean heard;
    private boolean sent;

    private double lossPercent = Double.NaN;

    /// Whether nothing at all comes of the leg's browser.
    private boolean away;

    /// Where the peer says that its audio is.
    record Named(Optional<InetAddress> address, int port, boolean sends) {

        String text() {
            return address.map(InetAddress::getHostAddress).orElse("no address")
                    + (port == 0 ? "" : ":" + port);
        }
    }

    LegWatch(long nowNanos) {
        reportedNanos = nowNanos;
    }

    /// Whether the first audio of it comes with these figures, which are to be taken in next.
    boolean begins(LegQuality now) {
        return now.inbound().packets() > 0
                && latest.filter(before -> before.inbound().packets() > 0).isEmpty();
    }

    void away(boolean now) {
        away = now;
    }

    void named(Named said) {
        named = Optional.of(said);
    }

    Optional<Named> named() {
        return named;
    }

    /// The figures as they were last; empty before the first.
    Optional<LegQuality> latest() {
        return latest;
    }

    /// A second has passed.
    ///
    /// @param joined whether somebody hears the leg
    void onSecond(
            int step,
            LegQuality now,
            Optional<BrowserView> browser,
            boolean joined,
            long from,
            long to) {
        boolean wanted =
                joined
                        && now.audio() != LegQuality.Audio.HELD
                        && named.map(Named::sends).orElse(true);
        look(now, from, to);
        packets.note(wanted, now, from, to);
        if (heard) {
            heard(step, now, browser, from, to);
        }
        // A peer that has gone heard nothing, and its last report stays.
        boolean missed = away || (wanted && !heard && packets.isSteady());
        if (sent && !missed && !Double.isNaN(now.outbound().peerLossPercent())) {
            plots.heardByPeer(step, now);
            roundTrip.note(now.roundTripMillis(), from, to);
        }
        reported(now, to);
        latest = Optional.of(now);
    }

    /// What the second brought. Figures are told once a second, and looked at as often: now and
    /// then a look finds those that the one before it found.
    private void look(LegQuality now, long from, long to) {
        LegQuality before = latest.orElseGet(() -> LegQuality.unmeasured(""));
        boolean newsBefore = news;
        news = !now.equals(before);
        double loss = lossOf(now.inbound(), before.inbound(), from, to);
        if (news) {
            heard = now.inbound().packets() > before.inbound().packets();
            sent = now.outbound().packets() > before.outbound().packets();
            lossPercent = loss;
        } else if (!newsBefore) {
            heard = false;
            sent = false;
        }
    }

    /// Packets came. Where none come there is no jitter, and nobody hears anything late: the
    /// figures are then those of the packets before.
    private void heard(
            int step, LegQuality now, Optional<BrowserView> browser, long from, long to) {
        plots.heard(step, now.inbound(), lossPercent);
        jitterIn.note(now.inbound().jitterMillis(), from, to);
        delay.note(now.inbound().bufferMillis(), from, to);
        browser.ifPresent(view -> browserDelay.note(view.bufferMillis(), from, to));
        if (now.audio() == LegQuality.Audio.DIGITAL_SILENCE) {
            muted.note(1, to - now.audioMillis() * MILLI_NANOS, to);
        }
    }

    /// What the network lost of a second; NaN where nothing was to come.
    private double lossOf(LegQuality.Inbound after, LegQuality.Inbound before, long from, long to) {
        long lost = Math.max(0, after.lost() - before.lost());
        long came = Math.max(0, after.packets() - before.packets());
        long unplayed = Math.max(0, after.unplayed() - before.unplayed());
        long expected = came + lost;
        lossIn.note(expected, lost, from, to);
        lateIn.note(expected, Math.max(0, unplayed - lost), from, to);
        return expected == 0 ? Double.NaN : 100.0 * lost / expected;
    }

    /// A report tells of the time since the one before.
    private void reported(LegQuality now, long to) {
        LegQuality.Outbound after = now.outbound();
        Optional<LegQuality.Outbound> before = latest.map(LegQuality::outbound);
        boolean changed =
                before.isEmpty()
                        || before.get().peerLost() != after.peerLost()
                        || Double.compare(before.get().peerJitterMillis(), after.peerJitterMillis())
                                != 0
                        || Double.compare(before.get().peerLossPercent(), after.peerLossPercent())
                                != 0;
        if (changed) {
            // One that says the same as the one before is not seen.
            long since = Math.max(reportedNanos, to - REPORT_GAP_NANOS);
            lossOut.note(after.peerLossPercent(), since, to);
            jitterOut.note(after.peerJitterMillis(), since, to);
            reportedNanos = to;
        }
    }
}
