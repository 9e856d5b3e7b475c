package offhook.dtls;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import offhook.runtime.Mailbox;
import offhook.srtp.SrtpKeys;

/// Prepares DTLS.
public final class Dtls {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(15);

    private Dtls() {}

    /// Shakes hands with itself in memory, so that the first call need not wait for the classes.
    ///
    /// @param identity our certificate
    /// @param threads makes the two threads
    public static void warmUp(DtlsIdentity identity, ThreadFactory threads) {
        Mailbox<String> ends = new Mailbox<>(4, 0);
        Mailbox<byte[]> toServer = new Mailbox<>(16, 0);
        DtlsHandshake client =
                DtlsHandshake.start(
                        DtlsRole.CLIENT,
                        identity,
                        identity.fingerprint(),
                        toServer::offer,
                        new WarmUpEvents(ends),
                        threads);
        DtlsHandshake server =
                DtlsHandshake.start(
                        DtlsRole.SERVER,
                        identity,
                        identity.fingerprint(),
                        datagram -> client.offer(datagram, 0, datagram.length),
                        new WarmUpEvents(ends),
                        threads);
        Thread pump =
                threads.newThread(() -> {
                    try {
                        while (true) {
                            byte[] datagram = toServer.take();
                            server.offer(datagram, 0, datagram.length);
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        pump.start();
        try {
            for (int i = 0; i < 2; i++) {
                if (!"keys".equals(ends.poll(PATIENCE_NANOS))) {
                    throw new IllegalStateException("DTLS does not work here");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            client.close();
            server.close();
            pump.interrupt();
        }
    }

    private record WarmUpEvents(Mailbox<String> ends) implements DtlsEvents {

        @Override
        public void onKeys(SrtpKeys keys, DtlsRole role, DtlsSession session) {
            ends.offer("keys");
        }

        @Override
        public void onFailed(DtlsFailure failure) {
            ends.offer(failure.toString());
        }

        @Override
        public void onClosed() {
            ends.offer("closed");
        }
    }
}
