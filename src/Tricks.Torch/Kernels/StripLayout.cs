using static TorchSharp.torch;

namespace Tricks.Torch.Kernels;

/// <summary>Where the images of a batch of small feature maps stand in a few wide images, side by side, with zeros between them.</summary>
/// <remarks>(N, C, H, W) in (ceil(N / PerStrip), C, H, StripWidth), both channels-last: image i is in strip i / PerStrip, from column i % PerStrip * Pitch on.</remarks>
/// <param name="Images">N.</param>
/// <param name="PerStrip">Images in a strip; those that the last one lacks are zeros.</param>
/// <param name="Height">H.</param>
/// <param name="Width">W.</param>
/// <param name="Pitch">At least W.</param>
/// <param name="StripWidth">At least (PerStrip - 1) * Pitch + W.</param>
internal sealed unsafe record StripLayout(int Images, int PerStrip, int Height, int Width, int Pitch, int StripWidth)
{
    private int Strips => (Images + PerStrip - 1) / PerStrip;

    /// <summary>The strips of images, the caller's.</summary>
    internal Tensor Lay(Tensor images)
    {
        var strips = empty([Strips, Height, StripWidth, images.size(1)], images.dtype);
        var from = (byte*)TensorMemory.Of(images);
        var to = (byte*)TensorMemory.Of(strips);
        var pixel = images.size(1) * images.element_size(); // bytes
        Blocks.For(Strips * Height, line =>
        {
            var (strip, row) = (line / Height, line % Height);
            var start = to + (line * StripWidth * pixel);
            var end = start + (StripWidth * pixel);
            for (var image = strip * PerStrip; image < Math.Min(Images, (strip + 1) * PerStrip); image++)
            {
                Buffer.MemoryCopy(from + (((image * Height) + row) * Width * pixel), start, Width * pixel, Width * pixel);
                var next = start + (Pitch * pixel);
                Clear(start + (Width * pixel), next < end ? next : end);
                start = next;
            }

            Clear(start, end);
        });
        return strips.permute(0, 3, 1, 2);
    }

    /// <summary>The images of strips, the caller's; what stands between them is left out.</summary>
    internal Tensor Cut(Tensor strips)
    {
        var images = empty([Images, Height, Width, strips.size(1)], strips.dtype);
        var from = (byte*)TensorMemory.Of(strips);
        var to = (byte*)TensorMemory.Of(images);
        var pixel = strips.size(1) * strips.element_size(); // bytes
        Blocks.For(Images, image =>
        {
            var (strip, place) = (image / PerStrip, image % PerStrip);
            for (var row = 0; row < Height; row++)
            {
                var start = from + (((((strip * Height) + row) * StripWidth) + (place * Pitch)) * pixel);
                Buffer.MemoryCopy(start, to + (((image * Height) + row) * Width * pixel), Width * pixel, Width * pixel);
            }
        });
        return images.permute(0, 3, 1, 2);
    }

    private static void Clear(byte* start, byte* end)
    {
        if (start < end)
            new Span<byte>(start, checked((int)(end - start))).Clear();
    }
}
