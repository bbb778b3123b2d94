package io.github.vertexj.servlet.tomcat;

import io.github.vertexj.servlet.PredictionServlet;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;

/**
 * A valve that gives up waiting predictions, and streamed replies, whose client has gone (C3.22).
 *
 * <p>Tomcat does not look at a connection between a request and its reply, or between two pieces of
 * it, and the servlet API cannot. This reads ahead, as often as Tomcat's background thread comes
 * by: the end of the stream means that the client has gone; bytes are the next request, sent early,
 * and stay in Tomcat's buffer. A client that closes only its sending half counts as gone, too.
 * Thread-safe.
 *
 * <pre>{@code
 * <Engine name="Catalina" defaultHost="localhost" backgroundProcessorDelay="1">
 *   <Valve className="io.github.vertexj.servlet.tomcat.ClientWatch" />
 * }</pre>
 */
public final class ClientWatch extends ValveBase {

  /** What {@code getAvailable} gives at the end of the stream; a request is never that short. */
  private static final int END_OF_STREAM = 1;

  private record Watched(PredictionServlet.Call call, org.apache.coyote.Request request) {
    boolean goesOn() {
      return call.giveUpIf(this::clientGone);
    }

    private boolean clientGone() {
      request.action(ActionCode.AVAILABLE, true); // true: try to read, without blocking
      return request.getAvailable() == END_OF_STREAM;
    }
  }

  private final Set<Watched> watched = ConcurrentHashMap.newKeySet();

  /** Creates a valve, which Tomcat does. */
  public ClientWatch() {
    super(true);
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    getNext().invoke(request, response);
    if (request.getAttribute(PredictionServlet.CALL) instanceof PredictionServlet.Call call) {
      watched.add(new Watched(call, request.getCoyoteRequest()));
    }
  }

  @Override
  public void backgroundProcess() {
    watched.removeIf(call -> !call.goesOn());
  }
}
