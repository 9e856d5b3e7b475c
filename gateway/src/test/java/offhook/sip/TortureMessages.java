package offhook.sip;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The messages of RFC 4475 and RFC 5118, exact bytes, with what this gateway is to do with each.
final class TortureMessages {

    /// One message.
    ///
    /// @param expected the table's words
    record Message(String file, String expected, byte[] bytes) {
        @Override
        public String toString() {
            return file;
        }
    }

    private TortureMessages() {}

    static List<Message> rfc4475() {
        return read("/rfc4475/", 6);
    }

    static List<Message> rfc5118() {
        return read("/rfc5118/", 3);
    }

    static List<Message> all() {
        List<Message> all = new ArrayList<>(rfc4475());
        all.addAll(rfc5118());
        return all;
    }

    private static List<Message> read(String folder, int expectedColumn) {
        String index = new String(resource(folder + "index.tsv"), StandardCharsets.UTF_8);
        List<Message> messages = new ArrayList<>();
        for (String line : index.lines().skip(1).toList()) {
            String[] columns = line.split("\t", -1);
            messages.add(
                    new Message(
                            columns[0], columns[expectedColumn], resource(folder + columns[0])));
        }
        return messages;
    }

    private static byte[] resource(String name) {
        try (InputStream in =
                Objects.requireNonNull(TortureMessages.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(name, e);
        }
    }
}
