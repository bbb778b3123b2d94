package io.github.vertexj.client;

import io.github.vertexj.InvalidInputException;
import io.github.vertexj.MediaType;
import io.github.vertexj.Tensor;
import io.github.vertexj.formats.NpyRows;
import io.github.vertexj.json.BadBodyException;
import io.github.vertexj.json.PooledBuffer;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tensors as the rows of {@code .npy} files both ways, by the endpoint's raw method. */
final class NpyForm implements BodyForm<Tensor, Tensor> {
  private static final int HEADER_BYTES = 256;

  @Override
  public URI uri(Address address) {
    return address.rawPredict();
  }

  @Override
  public String mediaType() {
    return NpyRows.MEDIA_TYPE;
  }

  @Override
  public List<Part> parts(List<Tensor> all, @Nullable Object parameters, Limits limits) {
    if (parameters != null) {
      throw EndpointException.unanswered("a .npy file has no place for parameters", null);
    }
    int row = all.isEmpty() ? 0 : all.get(0).length();
    return limits
        .cut(
            all.size(),
            (from, to) ->
                (int) Math.min(Integer.MAX_VALUE, HEADER_BYTES + (long) (to - from) * row))
        .stream()
        .map(range -> part(range, all))
        .toList();
  }

  private static Part part(Limits.Range range, List<Tensor> all) {
    PooledBuffer file = PooledBuffer.unpooled(HEADER_BYTES);
    try {
      NpyRows.write(all.subList(range.from(), range.to()), file);
    } catch (InvalidInputException e) {
      throw EndpointException.unanswered("the instances must have one type and shape", e);
    }
    return new Part(
        range.from(),
        range.count(),
        range.count() == all.size(),
        BodyPublishers.ofByteArray(file.array(), 0, file.length()));
  }

  @Override
  public List<Tensor> read(Part part, HttpResponse<byte[]> reply) {
    String type = reply.headers().firstValue("Content-Type").orElse("");
    if (!MediaType.of(type).name().equals(NpyRows.MEDIA_TYPE)) {
      throw EndpointException.unreadable("the predictions are not tensors in a .npy file", null);
    }
    try {
      List<Tensor> rows = NpyRows.read(reply.body());
      if (rows.size() != part.count()) {
        throw EndpointException.unreadable(
            "the endpoint gave %d predictions for %d instances"
                .formatted(rows.size(), part.count()),
            null);
      }
      return rows;
    } catch (BadBodyException e) {
      throw EndpointException.unreadable("the reply cannot be read: " + e.getMessage(), e);
    }
  }
}
