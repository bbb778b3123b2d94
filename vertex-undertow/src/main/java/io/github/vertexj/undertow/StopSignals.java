package io.github.vertexj.undertow;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * SIGTERM and SIGINT: the first one drains and exits with 0, a second one exits at once (C1.45).
 *
 * <p>A shutdown hook could do neither: it cannot see a second signal, nor choose the exit code. The
 * JDK's signal class is reached by reflection, since javac warns of it in a way no one can turn
 * off.
 */
final class StopSignals {
  private static final int TERMINATED = 143; // 128 + 15, as a shell reports it

  private StopSignals() {}

  /** Runs the action at the first signal. */
  static void handle(Runnable drain) {
    AtomicBoolean stopping = new AtomicBoolean();
    Runnable onSignal =
        () -> {
          if (stopping.getAndSet(true)) {
            Runtime.getRuntime().halt(TERMINATED);
          }
          drain.run();
          System.exit(0);
        };
    try {
      register("TERM", onSignal);
      register("INT", onSignal);
    } catch (ReflectiveOperationException | RuntimeException e) {
      Runtime.getRuntime().addShutdownHook(new Thread(drain, "drain"));
    }
  }

  /** Stops on a thread that is no daemon: the JVM would exit when the port has closed its own. */
  static void start(Runnable stop) {
    Thread thread = new Thread(stop, "vertex-stop");
    thread.setDaemon(false);
    thread.start();
  }

  private static void register(String name, Runnable onSignal) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> listener = Class.forName("sun.misc.SignalHandler");
    InvocationHandler call =
        (proxy, method, arguments) -> {
          if (method.getName().equals("handle")) {
            start(onSignal);
          }
          return null;
        };
    Object handler =
        Proxy.newProxyInstance(listener.getClassLoader(), new Class<?>[] {listener}, call);
    signal
        .getMethod("handle", signal, listener)
        .invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
  }
}
