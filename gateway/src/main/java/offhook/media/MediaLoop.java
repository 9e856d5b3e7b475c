package offhook.media;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import offhook.net.Traffic;
import offhook.net.UdpEndpoint;
import offhook.runtime.CommandQueue;
import offhook.runtime.NanoClock;
import offhook.runtime.Standstill;
import offhook.runtime.Threads;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// One thread that many calls share: it owns their sockets, paths, codecs and keys, and others
/// reach these by [#offer] only. One turn takes commands, drains every socket that has datagrams,
/// and does what is due; it then waits in `select` for the next packet or the next due time. Where
/// packets come from many calls it waits a moment instead, so that it need not wake for each.
///
/// All fields belong to the thread `media-<index>` unless they say otherwise.
final class MediaLoop implements Runnable, Timetable {

    private static final Logger LOG = LogManager.getLogger(MediaLoop.class);
    private static final int COMMAND_SLOTS = 8192;
    private static final int ENDING_SLOTS = 8192;
    private static final int COMMANDS_PER_TURN = 256;

    /// Anybody can make one loop hand datagrams to another: few may wait, so that they hinder
    /// nothing else.
    private static final int DATAGRAM_SLOTS = 256;

    private static final int DATAGRAMS_PER_TURN = 32;
    private static final long LATE_NANOS = 10_000_000L;
    private static final long LONGEST_WAIT_NANOS = 1_000_000_000L;

    /// Where many datagrams come, the loop rests so long when it has taken all, and then takes what
    /// has come meanwhile in one turn.
    private static final long REST_NANOS = 1_000_000L;

    /// When more than this come in [#CENSUS_NANOS], as of 20 calls, a wake-up for each costs more.
    private static final int CROWD = 40;

    private static final long CENSUS_NANOS = 20_000_000L;

    private final int index;
    private final NanoClock clock;
    private final Counters counters;
    private final Selector selector;
    private final LoopMeter meter;
    private final StandstillWatch standstills;
    private final CodecMeter codecs;
    private final Scratch scratch = new Scratch();
    private final Traffic traffic = new Traffic();

    /// Offered by any thread, taken by the loop.
    private final CommandQueue commands = new CommandQueue(COMMAND_SLOTS, ENDING_SLOTS);

    /// Offered by other loops, taken by this one.
    private final CommandQueue datagrams = new CommandQueue(DATAGRAM_SLOTS, 0);

    private final Consumer<SelectionKey> onReady = this::onReady;
    private final List<Timed> timed = new ArrayList<>();
    private final List<Inlet> inlets = new ArrayList<>();
    private long nowNanos;

    /// What is due first is due then, unless the timetable has changed since.
    private long nextDueNanos;

    private boolean timetableChanged = true;

    // How many datagrams came since the census began, and whether that was a crowd the last time.
    private long censusNanos;
    private int census;
    private boolean crowded;

    /// Whether nothing more was there when the loop looked last.
    private boolean drained;

    private boolean running = true;

    /// Written by the thread that starts the loop, read by the one that stops it.
    private volatile @Nullable Thread thread;

    MediaLoop(int index, NanoClock clock, Counters counters) throws IOException {
        this.index = index;
        this.clock = clock;
        this.counters = counters;
        this.selector = Selector.open();
        this.nowNanos = clock.nanoTime();
        this.meter = new LoopMeter(nowNanos);
        this.standstills = new StandstillWatch(nowNanos);
        this.codecs = new CodecMeter(clock);
    }

    /// Which loop this is, from 0.
    int index() {
        return index;
    }

    /// The loop's time: read once a turn and at each socket that is ready.
    long nowNanos() {
        return nowNanos;
    }

    /// How the loop spends its time. On the loop.
    LoopMeter meter() {
        return meter;
    }

    /// When the loop stood still lately. Any thread.
    List<Standstill> standstills() {
        return standstills.latest();
    }

    /// What its codecs cost. On the loop.
    CodecMeter codecs() {
        return codecs;
    }

    /// What its paths share. On the loop.
    Scratch scratch() {
        return scratch;
    }

    /// What went through the sockets that it watches. On the loop.
    Traffic traffic() {
        return traffic;
    }

    /// Starts the loop's thread.
    void start() {
        thread = Threads.startPlatform("media-" + index, this);
    }

    /// Ends the loop and waits for it. Any thread.
    void stop() throws InterruptedException {
        offerEnding(() -> running = false);
        Thread started = thread;
        if (started != null) {
            started.join();
        }
    }

    /// Has the loop carry out a command soon. Any thread.
    ///
    /// @return false when the loop is so far behind that its queue is full
    boolean offer(Runnable command) {
        return woken(commands.offer(command));
    }

    /// As [#offer], for a command that ends something: it finds room when others do not.
    boolean offerEnding(Runnable command) {
        return woken(commands.offerEnding(command));
    }

    /// Has the loop look at a datagram that reached another one. Any thread.
    ///
    /// @return false when too many wait; it is then lost, as on a network
    boolean offerDatagram(Runnable handling) {
        return woken(datagrams.offer(handling));
    }

    private boolean woken(boolean taken) {
        if (taken) {
            selector.wakeup();
        }
        return taken;
    }

    /// Has a socket watched until its key is cancelled or it is closed. On the loop.
    SelectionKey watch(UdpEndpoint endpoint, Watched owner) throws IOException {
        endpoint.countIn(traffic);
        return endpoint.register(selector, owner);
    }

    /// Has an inlet looked at in each turn. On the loop.
    void attend(Inlet inlet) {
        inlets.add(inlet);
    }

    /// On the loop.
    void leave(Inlet inlet) {
        inlets.remove(inlet);
    }

    /// Has the loop take its next turn at once. Any thread.
    void wake() {
        selector.wakeup();
    }

    /// On the loop.
    @Override
    public void schedule(Timed each) {
        timed.add(each);
        timetableChanged = true;
    }

    /// On the loop.
    @Override
    public void unschedule(Timed each) {
        timed.remove(each);
        timetableChanged = true;
    }

    @Override
    public void run() {
        try {
            while (running) {
                turn();
            }
        } catch (IOException e) {
            LOG.error("media loop {} stops: its selector failed", index, e);
        } finally {
            try {
                selector.close();
            } catch (IOException e) {
                LOG.debug("selector of media loop {} not closed", index, e);
            }
        }
    }

    private void turn() throws IOException {
        nowNanos = clock.nanoTime();
        boolean more = carryOut(commands, COMMANDS_PER_TURN);
        more |= carryOut(datagrams, DATAGRAMS_PER_TURN);
        takeIn();
        long waitMillis = more ? 0 : millisUntilDue();
        if (waitMillis > 0 && !crowded) {
            meter.onWait(clock.nanoTime());
            selector.select(onReady, waitMillis);
        } else {
            if (waitMillis > 0 && drained) {
                meter.onWait(clock.nanoTime());
                Threads.rest(Math.min(REST_NANOS, nextDueNanos - nowNanos));
            }
            drained = selector.selectNow(onReady) == 0;
        }
        nowNanos = clock.nanoTime();
        meter.onWake(nowNanos);
        count();
        doDue();
        standstills.onTurn(nowNanos);
    }

    private void count() {
        if (nowNanos - censusNanos >= CENSUS_NANOS) {
            crowded = census > CROWD;
            census = 0;
            censusNanos = nowNanos;
        }
    }

    /// @return whether more may wait
    private boolean carryOut(CommandQueue queue, int atMost) {
        for (int i = 0; i < atMost; i++) {
            Runnable command = queue.poll();
            if (command == null) {
                return false;
            }
            timetableChanged = true;
            try {
                command.run();
            } catch (RuntimeException e) {
                LOG.error("a command of media loop {} failed", index, e);
            }
        }
        return true;
    }

    private void takeIn() {
        for (int i = 0; i < inlets.size(); i++) {
            Inlet each = inlets.get(i);
            try {
                each.onTurn(nowNanos);
            } catch (RuntimeException e) {
                each.onDefect(e);
            }
        }
    }

    /// Rounded up, because `select` waits whole milliseconds only.
    private long millisUntilDue() {
        long waitNanos = nextDueNanos - nowNanos;
        return timetableChanged || waitNanos <= 0 ? 0 : (waitNanos + 999_999) / 1_000_000;
    }

    private void onReady(SelectionKey key) {
        // What came while we worked on others arrived now, not when the turn began.
        nowNanos = clock.nanoTime();
        meter.onWake(nowNanos);
        census++;
        if (key.isValid() && key.attachment() instanceof Watched watched) {
            try {
                watched.onReadable(nowNanos);
            } catch (RuntimeException e) {
                watched.onDefect(e);
            }
        }
    }

    /// All are walked through only when one is due: with many calls most turns are for packets.
    private void doDue() {
        if (!timetableChanged && nowNanos - nextDueNanos < 0) {
            return;
        }
        // By the time that was waited for: packets that came meanwhile have moved what is due.
        standstills.onDue(nextDueNanos, nowNanos);
        timetableChanged = false;
        long next = nowNanos + LONGEST_WAIT_NANOS;
        // A path that ends itself shifts those behind it: they are then a turn late, not lost.
        for (int i = 0; i < timed.size(); i++) {
            Timed each = timed.get(i);
            long dueNanos = each.dueNanos();
            if (dueNanos != Long.MAX_VALUE && nowNanos - dueNanos >= 0) {
                doDue(each, dueNanos);
                dueNanos = each.dueNanos();
            }
            if (dueNanos != Long.MAX_VALUE && dueNanos - next < 0) {
                next = dueNanos;
            }
        }
        nextDueNanos = next;
    }

    private void doDue(Timed each, long dueNanos) {
        if (nowNanos - dueNanos > LATE_NANOS) {
            counters.increment(Counter.MEDIA_LOOP_LATE);
            meter.onLate(nowNanos - dueNanos, nowNanos);
        }
        try {
            each.onDue(nowNanos);
        } catch (RuntimeException e) {
            each.onDefect(e);
        }
    }
}
