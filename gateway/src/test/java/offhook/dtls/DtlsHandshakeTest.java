package offhook.dtls;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import offhook.dtls.DtlsFailure.Reason;
import offhook.srtp.SrtpKeys;
import offhook.srtp.SrtpProfile;
import org.bouncycastle.tls.AlertDescription;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class DtlsHandshakeTest {

    private static final ThreadFactory THREADS = Thread.ofVirtual().factory();
    private static final DtlsIdentity GATEWAY = DtlsIdentity.generate();
    private static final DtlsIdentity BROWSER = DtlsIdentity.generate();
    private static final int CM80 = 0x0001;
    private static final int GCM128 = 0x0007;
    private static final int GCM256 = 0x0008;

    /// A browser and the handshake under test, joined by a link that drops what it is told to.
    private static final class Pair {

        final RecordingEvents events = new RecordingEvents();
        final AtomicInteger refused = new AtomicInteger();
        final TestBrowser browser;
        final DtlsHandshake handshake;

        Pair(
                Fingerprint expected,
                boolean withCertificate,
                int[] profiles,
                Predicate<byte[]> toGateway,
                Predicate<byte[]> toBrowser) {
            AtomicReference<DtlsHandshake> started = new AtomicReference<>();
            browser =
                    new TestBrowser(
                            BROWSER,
                            withCertificate,
                            profiles,
                            datagram -> {
                                if (toGateway.test(datagram) && !offer(started.get(), datagram)) {
                                    refused.incrementAndGet();
                                }
                            });
            handshake =
                    DtlsHandshake.start(
                            DtlsRole.SERVER,
                            GATEWAY,
                            expected,
                            datagram -> {
                                if (toBrowser.test(datagram)) {
                                    browser.deliver(datagram);
                                }
                            },
                            events,
                            THREADS);
            started.set(handshake);
            browser.start();
        }

        static Pair good() {
            return new Pair(
                    BROWSER.fingerprint(), true, new int[] {CM80, GCM128}, d -> true, d -> true);
        }
    }

    private static boolean offer(DtlsHandshake handshake, byte[] datagram) {
        return handshake.offer(datagram, 0, datagram.length);
    }

    @DataProvider
    public Object[][] profileOffers() {
        return new Object[][] {
            {new int[] {CM80, GCM256, GCM128}, SrtpProfile.AEAD_AES_128_GCM},
            {new int[] {GCM128}, SrtpProfile.AEAD_AES_128_GCM},
            {new int[] {GCM256, CM80}, SrtpProfile.AES_CM_128_HMAC_SHA1_80},
        };
    }

    @Test(dataProvider = "profileOffers")
    public void bothSidesHaveTheSameKeys(int[] offered, SrtpProfile agreed) throws Exception {
        Pair pair = new Pair(BROWSER.fingerprint(), true, offered, d -> true, d -> true);

        SrtpKeys keys = (SrtpKeys) pair.events.next();

        assertThat(keys.profile()).isEqualTo(agreed);
        assertThat(pair.browser.profile.get(RecordingEvents.PATIENCE_SECONDS, SECONDS))
                .isEqualTo(agreed.code());
        assertThat(pair.browser.server.get(RecordingEvents.PATIENCE_SECONDS, SECONDS))
                .isEqualTo(GATEWAY.fingerprint());
        SrtpKeys theirs =
                SrtpKeys.fromExporter(
                        agreed,
                        pair.browser.exported.get(RecordingEvents.PATIENCE_SECONDS, SECONDS));
        assertThat(keys.client().key()).isEqualTo(theirs.client().key());
        assertThat(keys.client().salt()).isEqualTo(theirs.client().salt());
        assertThat(keys.server().key()).isEqualTo(theirs.server().key());
        assertThat(keys.server().salt()).isEqualTo(theirs.server().salt());
        assertThat(pair.refused).hasValue(0);
        pair.handshake.close();
    }

    @Test
    public void anotherCertificateThanPromisedIsRefusedWithAnAlert() throws Exception {
        Pair pair = new Pair(GATEWAY.fingerprint(), true, new int[] {GCM128}, d -> true, d -> true);

        DtlsFailure failure = (DtlsFailure) pair.events.next();

        assertThat(failure.reason()).isEqualTo(Reason.FINGERPRINT_MISMATCH);
        assertThat(pair.browser.alert.get(RecordingEvents.PATIENCE_SECONDS, SECONDS))
                .isEqualTo(AlertDescription.bad_certificate);
        assertThat(pair.events.waiting()).isZero();
    }

    @Test
    public void noCertificateIsRefused() throws Exception {
        Pair pair =
                new Pair(BROWSER.fingerprint(), false, new int[] {GCM128}, d -> true, d -> true);

        assertThat(((DtlsFailure) pair.events.next()).reason()).isEqualTo(Reason.NO_CERTIFICATE);
        assertThat(pair.events.waiting()).isZero();
    }

    @DataProvider
    public Object[][] foreignProfiles() {
        return new Object[][] {{new int[] {GCM256, 0x0002}}, {new int[0]}};
    }

    @Test(dataProvider = "foreignProfiles")
    public void noCommonProfileIsRefused(int[] offered) throws Exception {
        Pair pair = new Pair(BROWSER.fingerprint(), true, offered, d -> true, d -> true);

        assertThat(((DtlsFailure) pair.events.next()).reason()).isEqualTo(Reason.NO_SRTP_PROFILE);
        assertThat(pair.browser.alert.get(RecordingEvents.PATIENCE_SECONDS, SECONDS))
                .isEqualTo(AlertDescription.handshake_failure);
    }

    @Test
    public void handshakesSurviveTenPercentLoss() throws Exception {
        long seed = 20261122;
        Random random = new Random(seed);
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Random up = new Random(random.nextLong());
            Random down = new Random(random.nextLong());
            long before = System.nanoTime();
            Pair pair =
                    new Pair(
                            BROWSER.fingerprint(),
                            true,
                            new int[] {GCM128},
                            d -> up.nextInt(10) != 0,
                            d -> down.nextInt(10) != 0);

            Object first = pair.events.next();
            byte[] exported = pair.browser.exported.get(RecordingEvents.PATIENCE_SECONDS, SECONDS);

            millis.add((System.nanoTime() - before) / 1_000_000);
            assertThat(first).as("seed %d, handshake %d", seed, i).isInstanceOf(SrtpKeys.class);
            assertThat(exported).startsWith(((SrtpKeys) first).client().key());
            pair.handshake.close();
        }
        millis.sort(Long::compare);
        System.out.println(
                "DTLS at 10 % loss, seed "
                        + seed
                        + ": 40 of 40, median "
                        + millis.get(20)
                        + " ms, slowest "
                        + millis.get(39)
                        + " ms");
    }

    @Test
    public void aLostFinalFlightIsSentAgain() throws Exception {
        AtomicInteger finals = new AtomicInteger();
        Pair pair =
                new Pair(
                        BROWSER.fingerprint(),
                        true,
                        new int[] {GCM128},
                        d -> true,
                        d -> d[0] != 20 || finals.incrementAndGet() > 2);

        assertThat(pair.events.next()).isInstanceOf(SrtpKeys.class);

        assertThat(pair.browser.exported.get(RecordingEvents.PATIENCE_SECONDS, SECONDS))
                .hasSize(56);
        assertThat(finals).hasValueGreaterThanOrEqualTo(3);
        pair.handshake.close();
    }

    @Test
    public void closingSaysCloseNotify() throws Exception {
        Pair pair = Pair.good();
        assertThat(pair.events.next()).isInstanceOf(SrtpKeys.class);
        pair.browser.association.get(RecordingEvents.PATIENCE_SECONDS, SECONDS);

        pair.handshake.close();

        assertThat(pair.events.next()).isEqualTo(RecordingEvents.CLOSED);
        assertThat(pair.browser.alert.get(RecordingEvents.PATIENCE_SECONDS, SECONDS))
                .isEqualTo(AlertDescription.close_notify);
        assertThat(pair.events.waiting()).isZero();
    }

    @Test
    public void closeNotifyOfThePeerIsHeard() throws Exception {
        Pair pair = Pair.good();
        assertThat(pair.events.next()).isInstanceOf(SrtpKeys.class);
        pair.browser.association.get(RecordingEvents.PATIENCE_SECONDS, SECONDS);

        pair.browser.leave();

        assertThat(pair.events.next()).isEqualTo(RecordingEvents.CLOSED);
        pair.handshake.close();
        assertThat(pair.events.waiting()).isZero();
    }

    @Test
    public void closingBeforeTheEndOfTheHandshakeGivesNoKeys() throws Exception {
        RecordingEvents events = new RecordingEvents();
        List<byte[]> sent = new ArrayList<>();
        DtlsHandshake handshake =
                DtlsHandshake.start(
                        DtlsRole.SERVER,
                        GATEWAY,
                        BROWSER.fingerprint(),
                        sent::add,
                        events,
                        THREADS);

        handshake.close();

        assertThat(events.next()).isEqualTo(RecordingEvents.CLOSED);
        assertThat(events.waiting()).isZero();
        assertThat(sent).isEmpty();
    }

    @Test
    public void aSilentPeerTimesOut() throws Exception {
        RecordingEvents events = new RecordingEvents();
        List<byte[]> sent = new ArrayList<>();

        DtlsHandshake.start(
                DtlsRole.SERVER,
                new DtlsTerms(GATEWAY, BROWSER.fingerprint(), 200),
                sent::add,
                events,
                THREADS);

        assertThat(((DtlsFailure) events.next()).reason()).isEqualTo(Reason.TIMEOUT);
        assertThat(sent).as("nothing before a ClientHello").isEmpty();
    }

    @Test
    public void garbageAndForgedAlertsDoNotDisturb() throws Exception {
        long seed = 7;
        Random random = new Random(seed);
        byte[] alert = {21, (byte) 0xFE, (byte) 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40};
        AtomicReference<DtlsHandshake> target = new AtomicReference<>();
        AtomicInteger passed = new AtomicInteger();
        Pair pair =
                new Pair(
                        BROWSER.fingerprint(),
                        true,
                        new int[] {GCM128},
                        datagram -> {
                            DtlsHandshake handshake = target.get();
                            if (handshake == null) {
                                return false;
                            }
                            for (int i = 0; i < 200; i++) {
                                byte[] junk = new byte[random.nextInt(300)];
                                random.nextBytes(junk);
                                if (junk.length > 0) {
                                    junk[0] = (byte) (20 + random.nextInt(44));
                                }
                                passed.addAndGet(offer(handshake, junk) ? 1 : 0);
                            }
                            passed.addAndGet(offer(handshake, alert) ? 1 : 0);
                            return true;
                        },
                        d -> true);
        target.set(pair.handshake);

        assertThat(pair.events.next()).as("seed %d", seed).isInstanceOf(SrtpKeys.class);
        assertThat(pair.browser.exported.get(RecordingEvents.PATIENCE_SECONDS, SECONDS))
                .hasSize(56);
        assertThat(passed).hasValue(0);
        pair.handshake.close();
    }

    @Test
    public void damagedProtectedRecordsAreIgnored() throws Exception {
        AtomicReference<byte[]> last = new AtomicReference<>();
        Pair pair =
                new Pair(
                        BROWSER.fingerprint(),
                        true,
                        new int[] {GCM128},
                        datagram -> {
                            if (datagram[4] == 1) {
                                last.set(datagram.clone());
                            }
                            return true;
                        },
                        d -> true);
        assertThat(pair.events.next()).isInstanceOf(SrtpKeys.class);
        pair.browser.association.get(RecordingEvents.PATIENCE_SECONDS, SECONDS);

        for (int bit = 0; bit < 12; bit++) {
            byte[] forged = last.get().clone();
            forged[10] = (byte) (bit + 1); // a sequence number of its own
            forged[13 + bit % (forged.length - 13)] ^= 1;
            offer(pair.handshake, forged);
        }
        pair.browser.leave();

        assertThat(pair.events.next()).isEqualTo(RecordingEvents.CLOSED);
        pair.handshake.close();
    }

    @Test
    public void aForeignClientHelloAfterTheHandshakeIsRefused() throws Exception {
        List<byte[]> hellos = new ArrayList<>();
        Pair pair =
                new Pair(
                        BROWSER.fingerprint(),
                        true,
                        new int[] {GCM128},
                        datagram -> {
                            if (datagram[0] == 22 && datagram[13] == 1) {
                                hellos.add(datagram);
                            }
                            return true;
                        },
                        d -> true);
        assertThat(pair.events.next()).isInstanceOf(SrtpKeys.class);
        pair.browser.association.get(RecordingEvents.PATIENCE_SECONDS, SECONDS);

        assertThat(hellos).isNotEmpty();
        assertThat(offer(pair.handshake, hellos.get(0))).isFalse();
        assertThat(pair.events.waiting()).isZero();
        pair.handshake.close();
    }

    @Test
    public void aFlightLeavesInOneDatagram() throws Exception {
        List<byte[]> sent = Collections.synchronizedList(new ArrayList<>());
        Pair pair =
                new Pair(
                        BROWSER.fingerprint(),
                        true,
                        new int[] {GCM128},
                        d -> true,
                        d -> sent.add(d.clone()));

        assertThat(pair.events.next()).isInstanceOf(SrtpKeys.class);
        pair.browser.association.get(RecordingEvents.PATIENCE_SECONDS, SECONDS);

        // ServerHello, Certificate, ServerKeyExchange, CertificateRequest, ServerHelloDone.
        assertThat(records(sent.get(0))).isEqualTo(5);
        // ChangeCipherSpec, Finished.
        assertThat(records(sent.get(sent.size() - 1))).isEqualTo(2);
        assertThat(sent).allMatch(datagram -> datagram.length <= 1200);
        pair.handshake.close();
    }

    private static int records(byte[] datagram) {
        int records = 0;
        int at = 0;
        while (at < datagram.length) {
            at += 13 + ((datagram[at + 11] & 0xFF) << 8 | datagram[at + 12] & 0xFF);
            records++;
        }
        return records;
    }

    @Test
    public void warmUpShakesHandsInBothRoles() {
        Dtls.warmUp(GATEWAY, THREADS);
    }

    /// Both sides in one process: the figure is twice what the gateway alone pays.
    @Test(groups = "bench")
    public void cpuOfAHandshake() throws Exception {
        OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        for (int i = 0; i < 300; i++) {
            shake();
        }
        long[] cpu = new long[5];
        for (int round = 0; round < cpu.length; round++) {
            long before = system.getProcessCpuTime();
            for (int i = 0; i < 100; i++) {
                shake();
            }
            cpu[round] = system.getProcessCpuTime() - before;
        }
        Arrays.sort(cpu);
        System.out.printf(
                "DTLS handshake, both sides: %.2f ms CPU (median of 5 x 100)%n",
                cpu[cpu.length / 2] / 100 / 1e6);
        assertThat(cpu[0]).isPositive();
    }

    /// Both sides again.
    @Test(groups = "bench")
    public void memoryOfAnAssociation() throws Exception {
        shake();
        List<Pair> pairs = new ArrayList<>();
        long before = usedAfterGc();
        for (int i = 0; i < 300; i++) {
            Pair pair = Pair.good();
            assertThat(pair.events.next()).isInstanceOf(SrtpKeys.class);
            pair.browser.association.get(RecordingEvents.PATIENCE_SECONDS, SECONDS);
            pairs.add(pair);
        }
        long grown = usedAfterGc() - before;
        System.out.println("DTLS association, both sides: " + grown / 300 + " B");
        pairs.forEach(pair -> pair.handshake.close());
        assertThat(grown).isPositive();
    }

    private static long usedAfterGc() {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            used =
                    Math.min(
                            used,
                            ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return used;
    }

    private static void shake() throws Exception {
        Pair pair = Pair.good();
        assertThat(pair.events.next()).isInstanceOf(SrtpKeys.class);
        pair.browser.exported.get(RecordingEvents.PATIENCE_SECONDS, SECONDS);
        pair.handshake.close();
        assertThat(pair.events.next()).isEqualTo(RecordingEvents.CLOSED);
    }
}
