package io.github.vertexj.emulator;

/** Thrown inside the front end when a request ends with an error that is not the container's. */
final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient PlatformReply reply;

  RefusedException(PlatformReply reply) {
    super("status " + reply.status(), null, false, false);
    this.reply = reply;
  }

  PlatformReply reply() {
    return reply;
  }
}
