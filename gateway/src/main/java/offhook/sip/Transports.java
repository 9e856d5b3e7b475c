package offhook.sip;

import gov.nist.javax.sip.stack.MessageProcessor;
import gov.nist.javax.sip.stack.MessageProcessorFactory;
import gov.nist.javax.sip.stack.OIOMessageProcessorFactory;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;

/// Makes JAIN-SIP's transports: its own for UDP, ours for TCP and TLS.
final class Transports implements MessageProcessorFactory {

    private final MessageProcessorFactory datagrams = new OIOMessageProcessorFactory();
    private final List<Binding> bindings;
    private final TcpDoor plain;
    private final Optional<TlsDoor> secured;
    private final BiConsumer<SentRequest, IOException> lost;

    /// @param secured absent where TLS is not served
    /// @param lost is told of requests that went down with their connections
    Transports(
            List<Binding> bindings,
            TcpDoor plain,
            Optional<TlsDoor> secured,
            BiConsumer<SentRequest, IOException> lost) {
        this.bindings = List.copyOf(bindings);
        this.plain = plain;
        this.secured = secured;
        this.lost = lost;
    }

    @Override
    public MessageProcessor createMessageProcessor(
            SIPTransactionStack stack, InetAddress advertised, int port, String transport)
            throws IOException {
        return switch (Transport.valueOf(transport.toUpperCase(Locale.ROOT))) {
            case UDP -> datagrams.createMessageProcessor(stack, advertised, port, transport);
            case TCP -> streams(stack, advertised, port, Transport.TCP, plain);
            case TLS ->
                    streams(
                            stack,
                            advertised,
                            port,
                            Transport.TLS,
                            secured.orElseThrow(
                                    () -> new IOException("a tls:// address needs 'sip.tls'")));
        };
    }

    private StreamProcessor streams(
            SIPTransactionStack stack,
            InetAddress advertised,
            int port,
            Transport transport,
            StreamDoor gate)
            throws IOException {
        for (Binding binding : bindings) {
            if (binding.transport().equalsIgnoreCase(transport.name())
                    && binding.bound().getPort() == port
                    && binding.advertised().equals(advertised)) {
                return new StreamProcessor(
                        stack, advertised, binding.bound(), transport, gate, lost);
            }
        }
        throw new IOException("nothing is configured to listen there");
    }
}
