package io.github.vertexj.conformance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Where a server listens. */
record Address(String host, int port, boolean tls) {
  private static final int TLS_PORT = 443;
  private static final int PLAIN_PORT = 80;

  /** Reads {@code http://host:port} or {@code https://host}. */
  static Address of(String url) throws UsageException {
    try {
      URI uri = URI.create(url);
      boolean tls = "https".equals(uri.getScheme());
      String path = uri.getRawPath();
      if (uri.getHost() == null || !(tls || "http".equals(uri.getScheme())) || path.length() > 1) {
        throw new UsageException("--url is http://HOST:PORT, without a path");
      }
      int port = uri.getPort() > 0 ? uri.getPort() : tls ? TLS_PORT : PLAIN_PORT;
      return new Address(uri.getHost(), port, tls);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--url is http://HOST:PORT");
    }
  }

  static Address local(int port) {
    return new Address("127.0.0.1", port, false);
  }

  /** Whether it is on this machine, by an address that never leaves it. */
  boolean isLoopback() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  Socket connect(Duration timeout) throws IOException {
    int millis = (int) timeout.toMillis();
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(host, port), millis);
      socket.setTcpNoDelay(true);
      return tls ? secured(socket, millis) : socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private Socket secured(Socket socket, int millis) throws IOException {
    socket.setSoTimeout(millis);
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket secured = (SSLSocket) factory.createSocket(socket, host, port, true);
    secured.startHandshake();
    return secured;
  }

  @Override
  public String toString() {
    return (tls ? "https://" : "http://") + host + ":" + port;
  }
}
