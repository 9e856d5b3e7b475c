package offhook.doctor;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/// The story of a call that is over, packed.
final class Told {

    /// What an entry takes beside its texts, about.
    private static final int OVERHEAD = 200;

    private final long number;
    private final String head;
    private final byte[] packed;

    private Told(long number, String head, byte[] packed) {
        this.number = number;
        this.head = head;
        this.packed = packed;
    }

    /// @param number in the order of their ends
    static Told of(long number, CallStory story) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed, deflater)) {
            out.write(story.full().toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            deflater.end();
        }
        return new Told(number, story.head().toString(), packed.toByteArray());
    }

    /// The whole story, JSON.
    String full() {
        Inflater inflater = new Inflater();
        try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(packed), inflater)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            inflater.end();
        }
    }

    /// What lists show, JSON.
    String head() {
        return head;
    }

    long number() {
        return number;
    }

    int bytes() {
        return packed.length + head.length() + OVERHEAD;
    }
}
