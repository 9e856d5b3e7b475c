package offhook.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import offhook.tls.TestAuthority;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// Who may hold a connection to the port of remote JMX, and for how long without a word.
public class JmxSocketsTest {

    /// What RMI gives every connection.
    private static final int OF_RMI_MILLIS = 7_200_000;

    private static final int LIMIT_MILLIS = 30_000;

    private final LinkedBlockingQueue<Socket> served = new LinkedBlockingQueue<>();
    private final List<Socket> opened = new ArrayList<>();
    private TestAuthority.Identity identity;
    private ServerSocket listener;

    @BeforeMethod
    public void listen() throws Exception {
        served.clear();
        identity = new TestAuthority("ca").issue("dns:localhost");
        listener =
                new JmxSockets(InetAddress.getLoopbackAddress(), identity.context())
                        .createServerSocket(0);
        ServerSocket accepting = listener;
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try {
                        while (true) {
                            served.add(accepting.accept());
                        }
                    } catch (IOException e) {
                        assertThat(accepting.isClosed()).as(e.toString()).isTrue();
                    }
                });
    }

    @AfterMethod(alwaysRun = true)
    public void close() throws IOException {
        listener.close();
        for (Socket each : opened) {
            each.close();
        }
        for (Socket each : served) {
            each.close();
        }
        opened.clear();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(listener.getInetAddress(), listener.getLocalPort());
        socket.setSoTimeout(LIMIT_MILLIS);
        opened.add(socket);
        return socket;
    }

    private Socket nextServed() throws InterruptedException {
        Socket socket = served.poll(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
        assertThat(socket).isNotNull();
        return socket;
    }

    @Test(timeOut = 60_000)
    public void whoSaysNothingGoesSoon() throws Exception {
        connect();
        Socket silent = nextServed();
        silent.setSoTimeout(OF_RMI_MILLIS);

        assertThatThrownBy(() -> silent.getInputStream().read()).isInstanceOf(IOException.class);
    }

    @Test(timeOut = 60_000)
    public void whoShookHandsHasTheTimeOfRmi() throws Exception {
        Socket plain = connect();
        SSLSocket console =
                (SSLSocket)
                        identity.context()
                                .getSocketFactory()
                                .createSocket(plain, "localhost", plain.getPort(), true);
        Socket socket = nextServed();
        socket.setSoTimeout(OF_RMI_MILLIS);
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try {
                        console.startHandshake();
                        console.getOutputStream().write(1);
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });

        assertThat(socket.getInputStream().read()).isEqualTo(1);
        while (socket.getSoTimeout() != OF_RMI_MILLIS) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test(timeOut = 60_000)
    public void oneAddressLeavesTheOthersSomething() throws Exception {
        for (int i = 0; i < 16; i++) {
            connect();
            nextServed();
        }
        assertThat(connect().getInputStream().read()).as("it is closed").isEqualTo(-1);
        assertThat(served).isEmpty();
    }
}
