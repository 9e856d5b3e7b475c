package offhook.dns;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NAPTRRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// A DNS server on loopback for tests. Names under `hole.` it never answers, under `broken.` by
/// SERVFAIL.
public final class DnsStand implements AutoCloseable {

    private final DatagramSocket socket;
    private final Map<String, List<Record>> zone = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile boolean silent;

    public DnsStand() throws IOException {
        socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
        Thread.ofPlatform().daemon().name("dns-stand").start(this::serve);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /// Whether it says nothing at all.
    public void silent(boolean now) {
        silent = now;
    }

    /// What it was asked, `SRV _sip._udp.pbx.test.`.
    public List<String> asked() {
        return asked;
    }

    public DnsStand a(String name, long ttl, String... addresses) {
        clear(name, Type.A);
        for (String address : addresses) {
            add(new ARecord(name(name), DClass.IN, ttl, InetAddress.ofLiteral(address)));
        }
        return this;
    }

    public DnsStand aaaa(String name, long ttl, String address) {
        clear(name, Type.AAAA);
        return add(new AAAARecord(name(name), DClass.IN, ttl, InetAddress.ofLiteral(address)));
    }

    public DnsStand srv(String name, long ttl, int priority, int weight, int port, String target) {
        return add(new SRVRecord(name(name), DClass.IN, ttl, priority, weight, port, name(target)));
    }

    public DnsStand naptr(String name, long ttl, int order, String service, String replacement) {
        return add(
                new NAPTRRecord(
                        name(name),
                        DClass.IN,
                        ttl,
                        order,
                        50,
                        "s",
                        service,
                        "",
                        name(replacement)));
    }

    public void clear(String name, int type) {
        zone.remove(key(name(name), type));
    }

    private DnsStand add(Record record) {
        zone.computeIfAbsent(
                        key(record.getName(), record.getType()), _ -> new CopyOnWriteArrayList<>())
                .add(record);
        return this;
    }

    private static String key(Name name, int type) {
        return Type.string(type) + " " + name;
    }

    private static Name name(String text) {
        return Name.fromConstantString(text.endsWith(".") ? text : text + ".");
    }

    private void serve() {
        byte[] bytes = new byte[4096];
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
                socket.receive(packet);
                Message query = new Message(Arrays.copyOf(bytes, packet.getLength()));
                Record question = query.getQuestion();
                asked.add(key(question.getName(), question.getType()));
                String name = question.getName().toString();
                if (silent || name.contains("hole.")) {
                    continue;
                }
                byte[] answer = answer(query, question, name.contains("broken.")).toWire();
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private Message answer(Message query, Record question, boolean broken) {
        Message answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.RA);
        answer.addRecord(question, Section.QUESTION);
        List<Record> records =
                zone.getOrDefault(key(question.getName(), question.getType()), List.of());
        records.forEach(record -> answer.addRecord(record, Section.ANSWER));
        boolean exists =
                zone.keySet().stream().anyMatch(key -> key.endsWith(" " + question.getName()));
        answer.getHeader()
                .setRcode(broken ? Rcode.SERVFAIL : exists ? Rcode.NOERROR : Rcode.NXDOMAIN);
        return answer;
    }

    @Override
    public void close() {
        socket.close();
    }
}
