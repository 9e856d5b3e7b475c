package offhook.dns;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import offhook.runtime.Threads;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.NAPTRRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupResult;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/// Asks DNS by dnsjava, the hosts file first. Waits on the calling thread, which should be a
/// virtual one; never through the JDK's resolver, whose waiting would hold a carrier thread.
final class DnsRecords implements Records {

    private static final Duration ONE_TRY = Duration.ofSeconds(2);
    private static final int TRIES = 2;
    private static final long PATIENCE_SECONDS = 8;

    private final LookupSession session;

    /// @param servers whom to ask; empty: whom this machine asks
    DnsRecords(List<InetSocketAddress> servers) {
        LookupSession.LookupSessionBuilder builder =
                LookupSession.defaultBuilder()
                        .clearCaches()
                        .executor(Threads.virtualExecutor("dns-answer-"));
        builder.resolver(servers.isEmpty() ? patient(new ExtendedResolver()) : of(servers));
        if (!servers.isEmpty()) {
            builder.clearSearchPath();
        }
        this.session = builder.build();
    }

    private static Resolver of(List<InetSocketAddress> servers) {
        return patient(
                new ExtendedResolver(
                        servers.stream().map(SimpleResolver::new).toArray(SimpleResolver[]::new)));
    }

    private static Resolver patient(ExtendedResolver resolver) {
        for (Resolver each : resolver.getResolvers()) {
            each.setTimeout(ONE_TRY);
        }
        resolver.setRetries(TRIES);
        resolver.setTimeout(Duration.ofSeconds(PATIENCE_SECONDS));
        return resolver;
    }

    @Override
    public Answer<Naptr> naptr(String name) throws DnsException {
        return answer(
                ask(name, Type.NAPTR),
                NAPTRRecord.class,
                r ->
                        new Naptr(
                                r.getOrder(),
                                r.getPreference(),
                                r.getFlags(),
                                r.getService(),
                                host(r.getReplacement())));
    }

    @Override
    public Answer<Srv> srv(String name) throws DnsException {
        return answer(
                ask(name, Type.SRV),
                SRVRecord.class,
                r -> new Srv(r.getPriority(), r.getWeight(), r.getPort(), host(r.getTarget())));
    }

    @Override
    public Answer<InetAddress> addresses(String host) throws DnsException {
        Answer<InetAddress> four = answer(ask(host, Type.A), ARecord.class, ARecord::getAddress);
        Answer<InetAddress> six =
                answer(ask(host, Type.AAAA), AAAARecord.class, AAAARecord::getAddress);
        List<InetAddress> all = new ArrayList<>(four.records());
        six.records().stream().filter(a -> !(a instanceof Inet4Address)).forEach(all::add);
        return new Answer<>(all, Math.min(four.ttlSeconds(), six.ttlSeconds()));
    }

    private static String host(Name name) {
        String text = name.toString(true);
        return text.isEmpty() ? "." : text;
    }

    private static <R extends Record, T> Answer<T> answer(
            List<Record> records, Class<R> kind, Function<R, T> read) {
        if (records.isEmpty()) {
            return Answer.none();
        }
        long ttlSeconds = records.stream().mapToLong(Record::getTTL).min().orElse(0);
        return new Answer<>(
                records.stream().filter(kind::isInstance).map(kind::cast).map(read).toList(),
                ttlSeconds);
    }

    private List<Record> ask(String name, int type) throws DnsException {
        String what = Type.string(type) + " " + name;
        try {
            LookupResult result =
                    session.lookupAsync(Name.fromString(name), type, DClass.IN)
                            .toCompletableFuture()
                            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return result.getRecords();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NoSuchDomainException
                    || e.getCause() instanceof NoSuchRRSetException) {
                return List.of();
            }
            throw new DnsException("DNS has no answer to " + what + ": " + e.getCause());
        } catch (TimeoutException e) {
            throw new DnsException("DNS does not answer to " + what);
        } catch (TextParseException e) {
            throw new DnsException(name + " is no name that DNS could know");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new DnsException("interrupted while waiting for " + what);
        }
    }
}
