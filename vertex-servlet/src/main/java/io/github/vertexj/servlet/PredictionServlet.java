package io.github.vertexj.servlet;

import io.github.vertexj.serving.PredictionHandler;
import io.github.vertexj.serving.Readiness;
import io.github.vertexj.serving.Reply;
import io.github.vertexj.serving.RequestHead;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;

/**
 * A servlet that answers the routes of a {@link PredictionHandler}, those of its raw handlers too.
 *
 * <p>Map it to {@code /}, with asynchronous support on, or to paths that hold all of them: it
 * compares a route with the whole path as the client sent it, context path included, and answers
 * every other path with 404. It neither starts nor closes the handler.
 *
 * <p>The container's threads never wait here: not for a body, nor for a prediction, nor for a
 * client to take its reply or a piece of it (C1.37). They do run the model while a predictor is
 * free, so the container needs more of them than the model has workers. Thread-safe.
 */
public final class PredictionServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  /**
   * The request attribute that holds the {@link Call} of a prediction, for whatever part of a
   * container can see clients go.
   */
  public static final String CALL = "io.github.vertexj.servlet.call";

  /** A prediction that can be given up while it waits, or is streamed. Thread-safe. */
  public interface Call {

    /**
     * Gives the prediction up if it waits, or waits for its next piece, and its client has gone
     * (C3.22).
     *
     * @param clientGone asked at a moment when nothing else uses the connection; must not block
     * @return whether it is worth asking again later
     */
    boolean giveUpIf(BooleanSupplier clientGone);
  }

  private final transient PredictionHandler handler;

  /** Creates an adapter of a handler. */
  public PredictionServlet(PredictionHandler handler) {
    this.handler = handler;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (request.getAttribute(CALL) instanceof ServletCall call && call.brokenOff()) {
      throw new BrokenOffException();
    }
    io.github.vertexj.serving.Call call = handler.call(head(request));
    Reply known = call.reply().getNow(null);
    if (known == null) {
      ServletCall waiting = new ServletCall(this, call, request, response);
      request.setAttribute(CALL, waiting);
      waiting.begin();
      return;
    }
    try (call) {
      writeHead(known, response);
      write(known.body(), response.getOutputStream());
    }
  }

  private static RequestHead head(HttpServletRequest request) {
    return new RequestHead(
        request.getMethod(), request.getRequestURI(), request.getQueryString(), request::getHeader);
  }

  void writeHead(Reply reply, HttpServletResponse response) {
    response.setStatus(reply.status());
    response.setContentType(reply.mediaType());
    if (reply.stream() == null) {
      response.setContentLength(reply.length());
    }
    reply.headers().forEach(response::setHeader);
    // A stream says nothing of that: containers would not send it in chunks then, and if it broke
    // off it would look complete.
    if (handler.readiness().state() == Readiness.State.DRAINING && reply.stream() == null) {
      response.setHeader("Connection", "close"); // the next request had better go elsewhere
    }
  }

  static void write(ByteBuffer bytes, ServletOutputStream out) throws IOException {
    out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
  }

  /**
   * Tells the container that a reply, half of which is sent, has failed: it then closes the
   * connection, and does not send the end of the body.
   */
  private static final class BrokenOffException extends IOException {
    private static final long serialVersionUID = 1L;

    BrokenOffException() {
      super("a streamed reply broke off; its own log line says why");
    }

    @Override
    public Throwable fillInStackTrace() {
      return this; // the container logs it, and the trace would be of no use
    }
  }
}
