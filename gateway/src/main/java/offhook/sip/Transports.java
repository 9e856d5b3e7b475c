package offhook.sip;

import gov.nist.javax.sip.stack.MessageProcessor;
import gov.nist.javax.sip.stack.MessageProcessorFactory;
import gov.nist.javax.sip.stack.OIOMessageProcessorFactory;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// Makes JAIN-SIP's transports: its own for UDP and TCP, ours for TLS.
final class Transports implements MessageProcessorFactory {

    private final MessageProcessorFactory plain = new OIOMessageProcessorFactory();
    private final List<Binding> bindings;
    private final Optional<TlsDoor> gate;

    /// @param gate absent where TLS is not served
    Transports(List<Binding> bindings, Optional<TlsDoor> gate) {
        this.bindings = List.copyOf(bindings);
        this.gate = gate;
    }

    @Override
    public MessageProcessor createMessageProcessor(
            SIPTransactionStack stack, InetAddress advertised, int port, String transport)
            throws IOException {
        if (!transport.equalsIgnoreCase("tls")) {
            return plain.createMessageProcessor(stack, advertised, port, transport);
        }
        TlsDoor known = gate.orElseThrow(() -> new IOException("a tls:// address needs 'sip.tls'"));
        for (Binding binding : bindings) {
            if (binding.transport().equals("tls")
                    && binding.bound().getPort() == port
                    && binding.advertised().equals(advertised)) {
                return new TlsProcessor(stack, advertised, binding.bound(), known);
            }
        }
        throw new IOException("nothing is configured to listen there");
    }
}
