package org.lockstep.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of one connection into frames. A payload that lies whole in the buffer that was
 * read is handed on without a copy; one that comes in pieces is put together.
 */
final class FrameReader extends ChannelInboundHandlerAdapter {
  private final Sink connection;
  private final int check;
  private final FrameSum sum = new FrameSum();
  private final ByteBuf headerBytes = Unpooled.buffer(FrameHeader.SIZE, FrameHeader.SIZE);
  private @Nullable FrameHeader header;
  private int payloadSum;
  private @Nullable ByteBuf pieces;

  FrameReader(Sink connection, int check) {
    this.connection = connection;
    this.check = check;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    read((ByteBuf) message);
  }

  /** The bytes that complete what has been begun, a header or a payload; 0 between two frames. */
  int missing() {
    if (header == null) {
      return headerBytes.isReadable() ? headerBytes.writableBytes() : 0;
    }
    return pieces == null ? header.length() : pieces.writableBytes();
  }

  /** Takes in the bytes that come next, and releases them. */
  void read(ByteBuf in) {
    try {
      while (in.isReadable() && !connection.isOver()) {
        readFrame(in);
      }
    } catch (DamagedException e) {
      connection.damaged(e.header);
    } catch (FrameHeader.BadFrameException e) {
      connection.broken("sent " + e.getMessage());
    } finally {
      in.release();
    }
  }

  private void readFrame(ByteBuf in) throws FrameHeader.BadFrameException, DamagedException {
    if (header == null) {
      header = readHeader(in);
      if (header == null) {
        return;
      }
    }
    ByteBuf payload = readPayload(in, header.length());
    if (payload != null) {
      Frame frame = new Frame(header, payload);
      header = null;
      if (!sum.holds(payload, payload.readerIndex(), payload.readableBytes(), payloadSum)) {
        frame.release();
        throw new DamagedException(frame.header());
      }
      connection.accept(frame);
    }
  }

  private @Nullable FrameHeader readHeader(ByteBuf in)
      throws FrameHeader.BadFrameException, DamagedException {
    if (!headerBytes.isReadable() && in.readableBytes() >= FrameHeader.SIZE) {
      return parse(in);
    }
    in.readBytes(headerBytes, Math.min(in.readableBytes(), headerBytes.writableBytes()));
    if (headerBytes.isWritable()) {
      return null;
    }
    FrameHeader complete = parse(headerBytes);
    headerBytes.clear();
    return complete;
  }

  private FrameHeader parse(ByteBuf in) throws FrameHeader.BadFrameException, DamagedException {
    int at = in.readerIndex();
    if (FrameHeader.isOne(in) && !sum.holdsHeader(in, at)) {
      throw new DamagedException(null);
    }
    payloadSum = FrameHeader.payloadSum(in, at);
    return FrameHeader.read(in, check);
  }

  private @Nullable ByteBuf readPayload(ByteBuf in, int length) {
    if (length == 0) {
      return Unpooled.EMPTY_BUFFER;
    }
    if (pieces == null) {
      if (in.readableBytes() >= length) {
        return in.readRetainedSlice(length);
      }
      pieces = PooledByteBufAllocator.DEFAULT.directBuffer(length, length);
    }
    in.readBytes(pieces, Math.min(in.readableBytes(), pieces.writableBytes()));
    if (pieces.isWritable()) {
      return null;
    }
    ByteBuf payload = pieces;
    pieces = null;
    return payload;
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (pieces != null) {
      pieces.release();
      pieces = null;
    }
    connection.closed();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    connection.broken(
        cause instanceof java.io.IOException
            ? "lost the connection: " + cause.getMessage()
            : "could not be understood: " + cause);
  }

  /** A checksum is wrong. */
  private static final class DamagedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable FrameHeader header;

    DamagedException(@Nullable FrameHeader header) {
      this.header = header;
    }
  }

  /** Takes what is read. */
  interface Sink {
    /** Takes a frame, which it releases. */
    void accept(Frame frame);

    /** Whether what comes now is of no interest any more. */
    boolean isOver();

    /**
     * A frame came with bits that are not those that were sent.
     *
     * @param header null if that is among them
     */
    void damaged(@Nullable FrameHeader header);

    /** The bytes make no sense, or could not be read. */
    void broken(String what);

    /** The channel is closed. */
    void closed();
  }
}
