using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Tricks.Torch.Transforms;

using static TorchSharp.torch;

namespace Tricks.Torch.Scoring;

/// <summary>Images into the rows of a tensor, several at a time.</summary>
internal static class ImageBatch
{
    /// <summary>Transforms each image into its row.</summary>
    /// <param name="pixels">(rows, H, W, C) float32 on the CPU, contiguous, with at least <paramref name="count"/> rows.</param>
    /// <param name="count">Number of images.</param>
    /// <param name="imageAt">The image of a row; null leaves the row as it is.</param>
    /// <param name="transform">What is done to each image.</param>
    /// <param name="onAllProcessors">Several images at once, or one after the other on this thread.</param>
    /// <returns>For each row whether there was an image.</returns>
    /// <remarks>Of several rows that fail, the first one's exception is thrown, so that the same data always fail alike.</remarks>
    public static unsafe bool[] Fill(Tensor pixels, int count, Func<int, ImagePixels?> imageAt, EvaluationTransform transform, bool onAllProcessors)
    {
        var present = new bool[count];
        var faults = new ExceptionDispatchInfo?[count];
        var length = checked((int)(pixels.numel() / pixels.shape[0]));
        // Native memory does not move, and the tensor outlives the loop.
        var rows = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(pixels.bytes));

        if (onAllProcessors)
        {
            Parallel.For(0, count, FillRow);
        }
        else
        {
            for (var i = 0; i < count && (i == 0 || faults[i - 1] is null); i++)
                FillRow(i);
        }

        faults.FirstOrDefault(fault => fault is not null)?.Throw();
        GC.KeepAlive(pixels);
        return present;

        void FillRow(int i)
        {
            try
            {
                if (imageAt(i) is not { } image)
                    return;
                transform.Apply(image, new Span<float>((float*)rows + ((long)i * length), length));
                present[i] = true;
            }
            catch (Exception e)
            {
                faults[i] = ExceptionDispatchInfo.Capture(e);
            }
        }
    }

    /// <summary>The values of a contiguous float32 tensor on the CPU, without copying; valid while the tensor lives.</summary>
    public static ReadOnlySpan<float> Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}
