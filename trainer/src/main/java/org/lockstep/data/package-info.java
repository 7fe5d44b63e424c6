/**
 * From files to mini-batches. Enters: the name of a data set, perhaps a directory; leaves: this
 * rank's {@link org.lockstep.data.MiniBatch}es, standardized, channels last, in an order that
 * depends on seed and epoch alone. Start with {@link org.lockstep.data.Datasets}, then {@link
 * org.lockstep.data.ShardedSampler}:
 *
 * <pre>{@code
 * Dataset set = Datasets.load("fashion-mini", null, 0);
 * var sampler = new ShardedSampler(set.train(), Shards.SHUFFLED, 2, rank, worldSize, seed);
 * try (var batches = new MiniBatches(set.train(), Standardization.of(set.train()))) {
 *   for (int step = 0; step < sampler.stepsPerEpoch(); step++) {
 *     MiniBatch batch = batches.load(sampler.batch(epoch, step));
 *   }
 * }
 * }</pre>
 *
 * <table>
 *   <caption>Known sets; a file may be plain or {@code .gz}</caption>
 *   <tr><th>name</th><th>images</th><th>files</th></tr>
 *   <tr><td>fashion-mini</td><td>6 000 + 2 000 of 28 x 28, 10 classes</td><td>in the jar</td></tr>
 *   <tr><td>digits</td><td>1 498 + 299 of 8 x 8, 10 classes</td><td>in the jar</td></tr>
 *   <tr>
 *     <td>fashion-mnist, mnist</td>
 *     <td>officially 60 000 + 10 000 of 28 x 28, 10 classes</td>
 *     <td>{@code train-images-idx3-ubyte}, {@code train-labels-idx1-ubyte}, {@code
 *         t10k-images-idx3-ubyte}, {@code t10k-labels-idx1-ubyte}</td>
 *   </tr>
 *   <tr>
 *     <td>cifar-10</td>
 *     <td>officially 50 000 + 10 000 of 32 x 32 x 3, 10 classes</td>
 *     <td>every {@code data_batch_<number>.bin}, and {@code test_batch.bin}</td>
 *   </tr>
 *   <tr><td>idx</td><td>your own, grey, of any size</td><td>the four of mnist</td></tr>
 *   <tr>
 *     <td>folder, folder:HxW</td>
 *     <td>your own, grey or RGB, of one size or stretched to H x W</td>
 *     <td>{@code train/CLASS/*} and {@code test/CLASS/*}, PNG or JPEG</td>
 *   </tr>
 *   <tr>
 *     <td>npz</td>
 *     <td>your own, uint8, {@code [N, H, W]} or {@code [N, H, W, C]}</td>
 *     <td>{@code train.npz} and {@code test.npz} with {@code x} and {@code y}, or one {@code .npz}
 *         with {@code x_train}, {@code y_train}, {@code x_test} and {@code y_test}</td>
 *   </tr>
 * </table>
 *
 * <h2>Data of one's own</h2>
 *
 * PNG or JPEG files, a folder a class: load them as {@code folder}. Arrays of NumPy: as {@code
 * npz}.
 *
 * <p>Grey images: write the four IDX files and load them as {@code idx}. All integers are
 * big-endian and all images of one size, 1 to 65 535 pixels a side:
 *
 * <pre>
 * *-images-idx3-ubyte   00 00 08 03 | images (4 bytes) | rows (4) | columns (4) | pixels (1 each)
 * *-labels-idx1-ubyte   00 00 08 01 | labels (4 bytes) | labels (1 each, from 0)
 * </pre>
 *
 * There are as many classes as the highest label says, at most 256. In Python, {@code
 * struct.pack('>4i', 0x803, n, rows, columns) + pixels.astype('u1').tobytes()} is an images file.
 *
 * <p>Colour images: records of one label (0 to 9) and three planes of 32 x 32 bytes, red, green and
 * blue, as many as you like in as many {@code data_batch_<number>.bin} as you like; load them as
 * {@code cifar-10}.
 *
 * <p>Anything else: convert it to one of the two.
 *
 * <h2>What is checked</h2>
 *
 * Every magic number, count, size and label, before any of them is relied upon, and that a file
 * ends where its header says. A file with the name and the unpacked size of an official file of
 * fashion-mnist, mnist or cifar-10 must have its SHA-256 too, else it is refused as damaged; {@code
 * idx} has no official files. What is wrong with a file is a {@link
 * org.lockstep.data.DataException}, what is wrong with an argument an {@link
 * IllegalArgumentException}; both messages are for the user.
 */
@NullMarked
package org.lockstep.data;

import org.jspecify.annotations.NullMarked;
