using Tricks.MLNet.Images;
using Tricks.MLNet.Interop;
using Tricks.Torch.Data;
using Tricks.Torch.Transforms;

namespace Tricks.MLNet.Scoring;

/// <summary>Raw images in, probabilities or features out, for one pass over the data: decoding, unreadable images, one forward per call.</summary>
internal sealed class ImageScorer(
    ImageVectors vectors, int channels, ImageDecoderOptions decoding, UnreadableImagePolicy policy, HostLog log)
    : IDisposable
{
    private const string Activity = "Scoring";
    private readonly ImageDecoder _decoder = new(decoding);
    private int _skipped;
    private int _scored;

    /// <summary>Length of the vector of an image.</summary>
    public int Length => vectors.Length;

    /// <summary>The vector of each image.</summary>
    /// <param name="images">At least one.</param>
    /// <returns>(images, Length), row by row; NaN for a skipped image.</returns>
    /// <exception cref="ImageDecodingException">An image cannot be used, and the policy is Throw.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public float[] Score(IReadOnlyList<RawImage> images)
    {
        try
        {
            _scored += images.Count;
            return vectors.Of(images.Count, i => Decode(images[i]));
        }
        catch (ObjectDisposedException)
        {
            throw DisposedModel.Exception();
        }
    }

    private ImagePixels? Decode(RawImage image)
    {
        try
        {
            return image.Decode(_decoder, channels);
        }
        catch (ImageDecodingException e) when (policy == UnreadableImagePolicy.Skip)
        {
            Interlocked.Increment(ref _skipped);
            log.Warning(Activity, $"Skipped {e.Message}");
            return null;
        }
    }

    /// <summary>Ends the pass: says how many images were skipped.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _skipped, 0) is var skipped and > 0)
            log.Warning(Activity, $"{skipped} of {_scored} images could not be read; {vectors.WhenSkipped}.");
    }
}
