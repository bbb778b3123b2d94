package io.github.vertexj.emulator.grpc;

import io.github.vertexj.emulator.GrpcProvider;
import io.github.vertexj.emulator.PlatformCalls;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Answers by Netty, in plaintext; each call in progress has a thread of its own. Thread-safe. */
public final class NettyGrpcProvider implements GrpcProvider {
  /** Creates a provider. */
  public NettyGrpcProvider() {}

  @Override
  public Listener start(InetSocketAddress address, PlatformCalls calls) throws IOException {
    ExecutorService threads = Executors.newCachedThreadPool(NettyGrpcProvider::daemon);
    Server server =
        NettyServerBuilder.forAddress(address)
            .addService(
                ServerInterceptors.intercept(
                    new PredictionService(calls, threads), new CallHeaders.Interceptor()))
            // It is the endpoint that refuses a message as too large.
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .executor(threads)
            .build();
    try {
      return new Listening(server.start(), threads);
    } catch (IOException e) {
      threads.shutdown();
      throw e;
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "grpc-front-end");
    thread.setDaemon(true);
    return thread;
  }

  private record Listening(Server server, ExecutorService threads) implements Listener {
    private static final long LAST_CALLS_SECONDS = 5;

    @Override
    public int port() {
      return server.getPort();
    }

    @Override
    public void close() {
      server.shutdownNow();
      try {
        server.awaitTermination(LAST_CALLS_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      threads.shutdownNow();
    }
  }
}
