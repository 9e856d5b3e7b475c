package offhook.web;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A WebSocket by hand (RFC 6455), to send what proper clients do not.
final class RawSocket implements AutoCloseable {

    private static final int TEXT = 0x81;
    private static final int CLOSE = 0x88;

    private final Socket socket;
    private final InputStream in;
    private final String response;

    RawSocket(WebGateway gateway) throws IOException {
        socket = new Socket("127.0.0.1", gateway.port());
        socket.setSoTimeout(30_000);
        in = socket.getInputStream();
        String request =
                "GET /agent HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection:"
                        + " Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key:"
                        + " dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Extensions:"
                        + " permessage-deflate; client_max_window_bits\r\nOrigin: "
                        + WebGateway.ORIGIN
                        + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("closed: " + head);
            }
            head.append((char) b);
        }
        response = head.toString();
    }

    String upgradeResponse() {
        return response;
    }

    /// Sends a text frame of up to 125 bytes under a mask of zeros.
    void sendText(byte[] payload) throws IOException {
        byte[] frame = new byte[6 + payload.length];
        frame[0] = (byte) TEXT;
        frame[1] = (byte) (0x80 | payload.length);
        System.arraycopy(payload, 0, frame, 6, payload.length);
        socket.getOutputStream().write(frame);
    }

    /// Sends what may be no frame at all, or a part of one.
    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /// The code of the close frame, which must come next.
    int readCloseCode() throws IOException {
        int first = in.read();
        if (first != CLOSE) {
            throw new IOException("not a close frame: " + first);
        }
        in.read();
        return in.read() << 8 | in.read();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
