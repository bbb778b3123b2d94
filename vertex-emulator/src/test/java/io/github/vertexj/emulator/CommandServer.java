package io.github.vertexj.emulator;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.TreeMap;

/** A container's process: says its environment on any path, and ends when it is told to. */
final class CommandServer {
  private CommandServer() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("fail")) {
      System.err.println("no model");
      System.exit(3);
    }
    int port = Integer.parseInt(System.getenv("AIP_HTTP_PORT"));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.createContext(
        "/",
        exchange -> {
          if (exchange.getRequestURI().getPath().equals("/crash")) {
            Runtime.getRuntime().halt(1);
          }
          exchange.getRequestBody().readAllBytes();
          TestContainer.reply(
              exchange,
              200,
              "text/plain",
              List.of(arguments) + " " + new TreeMap<>(System.getenv()));
        });
    Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("asked to stop")));
    server.start();
    System.out.println("listening");
  }
}
